import type { Image, NewMachine, Plan, Recording, TimelineEvent } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";

/** A machine as it is kept. */
export type KeptMachine = {
  readonly name: string;
  readonly macs: readonly string[];
  readonly firmware: NewMachine["firmware"] & string;
  readonly serial: string;
  readonly loader: NewMachine["loader"] & string;
  readonly segment: string;
  readonly bmc: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  } | null;
  readonly declaredBy: string | null; // the agent that it came with
};

/** What survives a restart; `store` fits. */
export type Keeps = {
  machines(): Promise<KeptMachine[]>;
  machine(name: string): Promise<KeptMachine>;
  addMachine(machine: KeptMachine): Promise<void>;
  setMachine(machine: KeptMachine): Promise<void>;
  removeMachine(name: string): Promise<void>;
  armPlan(
    machine: string,
    plan: { kind: Plan["kind"]; image: string | null; by: string; at: number },
  ): Promise<void>;
  planOf(machine: string): Promise<Plan | null>;
  usePlan(machine: string, at: number): Promise<void>;
  appendEvents(
    agent: string,
    run: string,
    events: readonly { readonly seq: number; readonly event: Observed }[],
  ): Promise<{ upTo: number; kept: TimelineEvent[] }>;
  timeline(machine: string, page: { after: number; limit: number }): Promise<TimelineEvent[]>;
  lastEvents(machine: string, limit: number): Promise<TimelineEvent[]>;
  startRecording(recording: { machine: string; path: string; startedAt: number }): Promise<void>;
  recordings(machine: string): Promise<Recording[]>;
};

export type DeskNeeds = {
  readonly store: Keeps;
  readonly version: string;
  readonly now: () => number;
  readonly newId: () => string;
  readonly listImages: () => Promise<Image[]>;
};
