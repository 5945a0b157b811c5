import type { BmcLogin } from "../api/bmc-shapes.ts";
import type {
  Firmware,
  Image,
  ImageCheck,
  Installed,
  Labels,
  Lease,
  Loader,
  Machine,
  MirrorStatus,
  Plan,
  Segment,
  Story,
  TimelineEvent,
} from "../api/shapes.ts";
import type { Calls } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import type { Recipe } from "../hand/core/imaging/recipe.ts";
import type { RootFile } from "../hand/core/imaging/unpack-script.ts";
import type { Json } from "../story/core/story.ts";
import type { Home as StoryHome } from "../story/home.ts";
import type { AnswersNeeds } from "./answers.ts";
import type { Meters } from "./meters.ts";

type Login = BmcLogin;

/** A machine as it is kept; its BMC's password comes only by `bmcLogin`. */
export type KeptMachine = {
  readonly name: string;
  readonly macs: readonly Mac[];
  readonly firmware: Firmware;
  readonly serial: string;
  readonly redirected: boolean;
  readonly loader: Loader;
  readonly segment: string;
  readonly bmc: (Omit<Login, "password"> & { readonly lacksPassword?: true }) | null;
  readonly declaredBy: string | null; // the agent that it came with
  readonly declaredIn: string | null; // the file that declares it
  readonly labels: Labels;
  readonly installed: Installed | null;
};
type NewKept = Omit<KeptMachine, "bmc" | "labels" | "declaredIn" | "installed"> & {
  readonly bmc: Login | null;
  readonly labels?: Labels;
};
type Change = Partial<
  Omit<KeptMachine, "name" | "bmc" | "declaredBy" | "declaredIn" | "labels" | "installed">
> & {
  readonly relabel?: (labels: Labels) => Labels;
};
type Declaring = {
  readonly file: string;
  readonly decide: (kept: readonly KeptMachine[]) => {
    readonly put: readonly Omit<KeptMachine, "declaredBy" | "declaredIn" | "installed">[];
    readonly drop: readonly string[];
    readonly free: readonly string[];
  };
};
export type Arming = {
  readonly kind: Plan["kind"];
  readonly image: string | null;
  readonly by: string;
  readonly preseed?: string | undefined;
};
type Told = {
  readonly id: number;
  readonly kind: string;
  readonly lane: string;
  readonly subject: Json;
  readonly by: string;
  readonly at: number;
  readonly state: Story["state"];
  readonly says: string | null;
  readonly cancelledBy: string | null;
  readonly endedAt: number | null;
  readonly entries: readonly { seq: number; at: number; act: string; outcome: Json }[];
};
/** Where stories are asked for and read; `store` fits. */
export type KeepsStories = {
  askStory(story: { kind: string; lane: string; subject: Json; by: string }): Promise<number>;
  story(id: number): Promise<Told>;
  stories(of: { readonly lane?: string; readonly limit: number }): Promise<Told[]>;
  cancelStory(id: number, by: string): Promise<boolean>;
};
export type KeptStory = Told;
type Span = {
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
  readonly text?: string;
  readonly kinds?: readonly string[];
  readonly since?: number;
  readonly until?: number;
};
export type FoundInMachine = { readonly boot: string; readonly readAt: number; readonly told: Json };

type ToldSegment = Pick<Segment, "mode" | "interface" | "subnet">;

/** What survives a restart; `store` fits. */
export type Keeps = KeepsStories & {
  noteSegment(name: string, told: ToldSegment): Promise<void>;
  segments(now: number): Promise<(ToldSegment & Pick<Segment, "name" | "heardAt" | "leases">)[]>;
  keepLeases(segment: string, leases: readonly Omit<Lease, "machine">[], whole: boolean): Promise<void>;
  leases(segment: string): Promise<Lease[]>;
  machines(): Promise<KeptMachine[]>;
  machine(name: string): Promise<KeptMachine>;
  bmcLogin(name: string): Promise<Login | null>;
  setBmc(name: string, login: Login): Promise<void>;
  /** Beside the one that held until now, until one of them is settled for. */
  offerPassword(name: string, password: string): Promise<void>;
  offeredPassword(name: string): Promise<string | null>;
  settlePassword(name: string, password: string): Promise<void>;
  addMachine(machine: NewKept): Promise<void>;
  setMachine(machine: NewKept): Promise<void>;
  changeMachine(name: string, change: Change): Promise<void>;
  declareMachines(declaring: Declaring): Promise<void>;
  removeMachine(name: string): Promise<void>;
  armPlan(machine: string, plan: Arming): Promise<Plan>;
  planOf(machine: string): Promise<Plan | null>;
  plans(): Promise<ReadonlyMap<string, Plan>>;
  /** What the machine of the last plan has not fetched yet. */
  preseedOf(machine: string): Promise<string | null>;
  forgetPreseed(machine: string, plan: number): Promise<void>;
  usePlan(machine: string, at: number, plan: number): Promise<unknown>;
  rememberWay(machine: string, way: Machine["ways"][number]): Promise<void>;
  waysOf(machine: string): Promise<Machine["ways"]>;
  ways(): Promise<ReadonlyMap<string, Machine["ways"]>>;
  /** What a live hand found in it, the last time one looked. */
  keepFound(machine: string, found: FoundInMachine): Promise<void>;
  foundIn(machine: string): Promise<FoundInMachine | null>;
  /** Null: what stood on its disks is gone, or may be. */
  markInstalled(machine: string, mark: Installed | null): Promise<void>;
  /** Answers the number up to which all are kept. */
  appendEvents(
    agent: string,
    run: string,
    events: readonly { readonly seq: number; readonly event: Observed }[],
  ): Promise<number>;
  timeline(machine: string, span: Span): Promise<TimelineEvent[]>;
  event(id: number): Promise<TimelineEvent | null>;
  folded(machine: string): Promise<{ kind: string; count: number; until: number }[]>;
  recentEvents(span: Span): Promise<TimelineEvent[]>;
  proposals(limit: number): Promise<
    {
      readonly mac: string;
      readonly agent: string;
      readonly event: TimelineEvent;
      readonly firstSeen: number;
      readonly lastSeen: number;
      readonly firmware: string | null;
      readonly machineId: string | null;
    }[]
  >;
  forgetProposal(mac: string): Promise<boolean>;
};

/** Where alerts go; `webhook` fits, and main hands it in. */
export type Webhooks = Pick<Calls, "listWebhooks" | "testWebhook" | "failedWebhooks"> & {
  readonly nudge: () => void; // something new is kept
};

export type DeskNeeds = {
  readonly webhooks: Webhooks;
  readonly meters: Pick<Meters, "saw" | "asked">;
  readonly store: Keeps;
  readonly version: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly newPassword: () => string; // 20 characters that nobody guesses
  readonly troubled: (error: unknown) => void; // for the service's log
  readonly listImages: () => Promise<Image[]>;
  readonly checkImage: (name: string) => Promise<ImageCheck>;
  readonly mirror: () => MirrorStatus | null; // null: no segment has it
  readonly reload: () => Promise<string>; // what changed, in words
  readonly vendorsOf: (macs: readonly string[]) => Promise<ReadonlyMap<string, string>>; // who made the cards
  readonly storyHome: StoryHome;
  readonly recipes: () => Readonly<Record<string, Recipe>>; // those of the settings, and the built-in ones
  readonly requireRoot: (image: string) => Promise<RootFile>; // a packed Debian of that name, whole
  readonly listRoots: () => Promise<readonly string[]>; // the packed Debians that are here
  readonly profiles: AnswersNeeds["profiles"];
  readonly requireImage: (name: string, plan: Plan["kind"]) => Promise<void>; // here, and what it boots
};
