import type { ImageCheck, Machine, Story, TimelineEvent } from "../api/shapes.ts";
import type { Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import type { Json } from "../story/core/story.ts";
import { INSTALL_METHODS } from "./core/install-methods.ts";
import { type ImagedNeeds, readImaged } from "./imaged-wish.ts";
import type { InstallHands } from "./install.ts";
import type { DeskNeeds } from "./needs.ts";
import { refuse } from "./refuse.ts";
import type { Stories } from "./stories.ts";

export type InstallNeeds = Pick<InstallHands, "now" | "note"> &
  Pick<DeskNeeds, "requireImage"> &
  ImagedNeeds & {
    readonly by: string;
    readonly machine: (name: string) => Promise<Machine>;
    readonly lastEvent: (machine: string) => Promise<TimelineEvent | undefined>;
    readonly checkOf: (image: string) => Promise<ImageCheck | null>;
    readonly readPower: (asked: Asked<"readPower">) => Promise<unknown>;
    readonly armPlan: (asked: Asked<"armPlan">) => Promise<Machine>;
  };

/** Looks before it acts: what would end the install in an hour is said now. */
export async function askInstall(
  needs: InstallNeeds,
  stories: Stories,
  asked: Asked<"install">,
): Promise<Story> {
  const { name, method, image: named, preseed, despite } = asked;
  const { plan: kind, image: usual, boots } = INSTALL_METHODS[method];
  const image = named ?? usual;
  const machine = await needs.machine(name);
  refuse("boot", machine);
  await stories.refuseBeside(name);
  await needs.requireImage(boots ?? image, kind);
  const imaged = method === "imaged" ? await readImaged(needs, { ...asked, image }, machine) : null;
  const check = await needs.checkOf(image);
  const failed = check?.findings.filter(({ is }) => is === "fail").map(({ says }) => says) ?? [];
  if (failed.length > 0 && !despite) throw new Fault("install.image", { image, why: failed.join(" ") });
  await needs.readPower({ name }); // a BMC that does not answer is told of now
  const since = (await needs.lastEvent(name))?.id ?? 0;
  const armed = { name, plan: kind, image: boots ?? image, now: false } as const;
  const { plan } = await needs.armPlan({ ...armed, ...(preseed !== undefined && { preseed }) });
  const story = await stories.ask(
    "install",
    { machine: name, by: needs.by },
    {
      method,
      machine: name,
      image,
      plan: plan!.id,
      since,
      ...(imaged && { imaged: imaged as unknown as Json }),
    },
  );
  needs.note({
    ...{ kind: "install.asked", at: needs.now(), machine: name, detail: { story: story.id, by: needs.by } },
    says: `An install of ${name} from ${image} was asked for by ${needs.by}`,
  });
  return story;
}
