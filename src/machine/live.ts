import type { FromAgent } from "../api/agent.ts";
import type { Machine, MachineState, TimelineEvent } from "../api/shapes.ts";
import type { Frame } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { advance, UNKNOWN } from "./core/state.ts";

type Now = Pick<Machine, "power" | "console"> & { segment: string; state: MachineState };
type Send = (frame: Frame<"watch">) => void;

/** Events that change what a machine's row shows, whatever it does now. */
const CHANGES = new Set<TimelineEvent["kind"]>(["plan.used", "private.served", "dhcp.way"]);
const NO_CONSOLE = { is: "none", writer: null, because: "nothing attends to its segment" } as const;

/** What is true now and not kept: power, console, the state's word; and who watches it change. */
export class Live {
  readonly #now = new Map<string, Now>();
  readonly #subscribers = new Map<Send, string | undefined>();
  readonly #machine: (name: string) => Promise<Machine>;

  constructor(machine: (name: string) => Promise<Machine>) {
    this.#machine = machine;
  }

  begin(name: string, segment: string, events: readonly TimelineEvent[]): void {
    const before = this.#now.get(name);
    const state = events.reduce((now, event) => advance(now, event as unknown as Observed), UNKNOWN);
    this.#now.set(name, { power: "unknown", console: NO_CONSOLE, ...before, segment, state });
  }

  of(name: string): Pick<Machine, "power" | "console" | "state"> {
    const { power, console, state } = this.#now.get(name) ?? {
      power: "unknown",
      console: NO_CONSOLE,
      state: UNKNOWN,
    };
    return { power, console, state };
  }

  reported({ machine, power, console }: Extract<FromAgent, { is: "machine" }>): void {
    const now = this.#now.get(machine);
    if (now === undefined) return;
    this.#now.set(machine, { ...now, power, console });
    this.#tell(machine);
  }

  saw(events: readonly TimelineEvent[]): void {
    for (const event of events) {
      this.publish({ is: "event", event });
      const now = event.machine === null ? undefined : this.#now.get(event.machine);
      if (event.machine === null || now === undefined) continue;
      const state = advance(now.state, event as unknown as Observed);
      if (state === now.state && !CHANGES.has(event.kind)) continue;
      this.#now.set(event.machine, { ...now, state });
      this.#tell(event.machine);
    }
  }

  attended(segment: string): void {
    this.#each(segment, () => {});
  }

  unattended(segment: string): void {
    this.#each(segment, (now) => {
      now.power = "unknown";
      now.console = NO_CONSOLE;
    });
  }

  gone(name: string): void {
    this.#now.delete(name);
    this.publish({ is: "gone", name });
  }

  subscribe(machine: string | undefined, send: Send): () => void {
    this.#subscribers.set(send, machine);
    return () => this.#subscribers.delete(send);
  }

  isWatched(): boolean {
    return this.#subscribers.size > 0;
  }

  publish(frame: Frame<"watch">): void {
    const about = nameIn(frame);
    for (const [send, machine] of this.#subscribers) {
      if (machine === undefined || about === machine) send(frame);
    }
  }

  #each(segment: string, change: (now: Now) => void): void {
    for (const [name, now] of this.#now) {
      if (now.segment !== segment) continue;
      change(now);
      this.#tell(name);
    }
  }

  #tell(name: string): void {
    if (this.#subscribers.size === 0) return;
    void this.#machine(name).then(
      (machine) => this.publish({ is: "machine", machine }),
      () => {}, // it is off the record by now, or the store is away: the next change tells
    );
  }
}

function nameIn(frame: Frame<"watch">): string | null {
  if (frame.is === "event") return frame.event.machine;
  if (frame.is === "machine") return frame.machine.name;
  return frame.is === "gone" ? frame.name : null;
}
