import { isDeepStrictEqual } from "node:util";
import type { AgentQuestion, FromAgent, KnownMachine, Segment, ToAgent } from "../api/agent.ts";
import type { AgentEnd } from "../api/wire.ts";
import type { Observed } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { takeTurns } from "../base/turns.ts";
import { COLUMNS, ROWS } from "../console/core/screen-rows.ts";
import { Keeper, RETENTION, type Retention } from "../console/keeper.ts";
import { Recordings } from "../console/recordings.ts";
import { screenAt } from "../console/replay.ts";
import { Attendance, type AttendanceNeeds } from "./attendance.ts";
import { keepUsed, usesUp } from "./core/choice.ts";
import { OUTBOX, post, stored, take } from "./core/outbox.ts";
import { GrantDesk, type KeptGrants } from "./grant-desk.ts";
import { Hands, type HandsNeeds } from "./hands.ts";
import { RememberedWays } from "./remembered-ways.ts";

export type AgentNeeds = Pick<AttendanceNeeds, "openBmc" | "forgetPins" | "recordings" | "rules" | "now"> & {
  readonly name: string;
  readonly run: string; // unique to this life of the agent
  readonly segment: Segment;
  readonly declares: readonly KnownMachine[];
  readonly keptGrants?: KeptGrants;
  readonly retention?: () => Retention; // of recordings, as the settings are now
  readonly roomFor?: (consoles: number) => void; // told before they are opened
  readonly handFile: HandsNeeds["file"];
  readonly handLimits?: HandsNeeds["limits"];
};

const ASKED_APART_MS = 20; // starting a program takes a moment in which nothing else is done
const BMCS_AT_ONCE = 64; // one that is away is waited for, and holds up no more than that

/** Attends to the machines of one segment, and goes on while the service is away. */
export class Agent {
  readonly #needs: AgentNeeds;
  readonly #attended = new Map<string, Attendance>();
  readonly #byMac = new Map<string, KnownMachine>();
  readonly #watching = new Map<string, Attendance>();
  readonly ways: RememberedWays;
  readonly grants: GrantDesk;
  readonly hands: Hands;
  readonly #recordings: Recordings;
  readonly #keeper: Keeper;
  /** What is told of the segment to each service that comes. */
  reports: () => readonly FromAgent[] = () => [];
  readonly #inTurn = takeTurns(BMCS_AT_ONCE);
  #outbox = OUTBOX;
  #service: AgentEnd | undefined;

  constructor(needs: AgentNeeds) {
    this.#needs = needs;
    const { machineOf, machineCalled, observe, tell } = this;
    const { now, keptGrants: kept, handFile: file, handLimits: limits } = needs;
    this.ways = new RememberedWays({ machineOf, observe, now });
    this.grants = new GrantDesk({ machineOf, machineCalled, observe, now, ...(kept && { kept }) });
    const { grants } = this;
    this.hands = new Hands({ grants, machineCalled, observe, now, tell, file, ...(limits && { limits }) });
    this.#recordings = new Recordings(needs.recordings);
    this.#keeper = new Keeper({
      ...{ recordings: this.#recordings, now, retention: () => needs.retention?.() ?? RETENTION },
      isOurs: (machine) => this.#attended.has(machine),
      isWritten: (path) =>
        [...this.#attended.values()].some(({ console }) => console?.isWriting(path) ?? false),
      troubled: (error) => void this.#failed(error),
    });
    void this.#know(needs.declares);
  }

  /** Speaks with a service until the connection closes; resolves with the reason. */
  serve(service: AgentEnd): Promise<string> {
    this.#service = service;
    const { name, run, segment, declares } = this.#needs;
    service.send({ is: "hello", agent: name, run, segment, declares: [...declares] });
    for (const { seq, event } of this.#outbox.sent) service.send({ is: "event", seq, event });
    this.#sendEvents();
    for (const attendance of this.#attended.values()) this.#sendState(attendance);
    for (const report of [...this.reports(), ...this.hands.reports()]) service.send(report);
    return new Promise((resolve) => {
      service.listen({
        message: (message) => void this.#obey(message).catch((error) => this.#failed(error)),
        closed: (why) => {
          this.#service = undefined;
          for (const viewer of [...this.#watching.keys()]) this.#unwatch(viewer);
          resolve(why);
        },
      });
    });
  }

  readonly machineOf = (mac: Mac): KnownMachine | undefined => this.#byMac.get(mac);

  readonly machineCalled = (name: string): KnownMachine | undefined => this.#attended.get(name)?.machine;

  /** What the boot service sees goes here too. */
  readonly observe = (event: Observed): void => {
    const machine = event.machine ?? (event.mac === undefined ? undefined : this.#byMac.get(event.mac)?.name);
    const whole = machine === undefined ? event : { ...event, machine };
    this.#outbox = post(this.#outbox, whole);
    this.#sendEvents();
    if (machine !== undefined && !event.kind.startsWith("console.")) {
      this.#attended.get(machine)?.console?.mark(whole);
    }
  };

  /** A client has all that its image has for a loader: the plan that it came for may be used up. */
  readonly took = (mac: Mac | undefined): void => {
    const machine = mac === undefined ? undefined : this.#byMac.get(mac);
    if (machine === undefined || !usesUp(machine, this.#needs.now())) return;
    const used = { ...machine, plan: { ...machine.plan!, state: "used" as const } };
    this.#remember(used);
    const says = `${machine.name} has taken its boot plan ${machine.plan!.kind}; it is used up`;
    const detail = { plan: machine.plan!.kind, id: machine.plan!.id };
    this.observe({ kind: "plan.used", at: this.#needs.now(), machine: machine.name, says, detail });
  };

  readonly tell = (report: FromAgent): void => this.#send(report);

  async stop(): Promise<void> {
    this.hands.stop();
    await this.#keeper.stop();
    await Promise.all([...this.#attended.values()].map((attendance) => attendance.stop()));
    this.#service?.close();
  }

  async #obey(message: ToAgent): Promise<void> {
    if (message.do === "know") return this.#know(message.machines);
    if (message.do === "report") for (const report of this.reports()) this.#send(report);
    else if (message.do === "stored") this.#outbox = stored(this.#outbox, message.seq);
    else if (message.do === "answer") await this.#answer(message.id, message.question);
    else if (message.do === "watch") this.#watch(message);
    else if (message.do === "unwatch") this.#unwatch(message.viewer);
    else {
      const console = this.#watching.get(message.viewer)?.console;
      if (message.do === "type") console?.type(message.viewer, Buffer.from(message.data, "base64"));
      else if (message.do === "take") console?.take(message.viewer);
      else if (message.do === "redraw") console?.redraw(message.viewer);
      else if (message.do === "leave") console?.leave(message.viewer);
      else console?.sendBreak(message.viewer);
    }
  }

  async #know(machines: readonly KnownMachine[]): Promise<void> {
    const names = new Set(machines.map(({ name }) => name));
    this.#needs.roomFor?.(machines.filter(({ bmc }) => bmc !== null).length);
    let fresh = 0;
    for (const machine of machines) {
      this.ways.learn(machine);
      this.hands.learn(machine);
      const before = this.#attended.get(machine.name);
      if (before !== undefined && sameBmc(before.machine, machine)) {
        this.#remember(keepUsed(before.machine, machine));
        continue;
      }
      await before?.stop();
      this.#attended.set(
        machine.name,
        new Attendance(machine, this.#attendanceNeeds(fresh * ASKED_APART_MS)),
      );
      this.#remember(machine);
      fresh += 1;
    }
    for (const [name, attendance] of this.#attended) {
      if (names.has(name)) continue;
      this.#attended.delete(name);
      for (const mac of attendance.machine.macs) this.#byMac.delete(mac);
      await attendance.stop();
    }
    // What was reported before the service had the machine on record went nowhere.
    for (const attendance of this.#attended.values()) this.#sendState(attendance);
  }

  #remember(machine: KnownMachine): void {
    const attendance = this.#attended.get(machine.name);
    if (attendance !== undefined) attendance.machine = machine;
    for (const mac of machine.macs) this.#byMac.set(mac, machine);
  }

  #attendanceNeeds(firstAskMs: number): AttendanceNeeds {
    const { openBmc, forgetPins, recordings, rules, now } = this.#needs;
    return {
      openBmc,
      forgetPins,
      recordings,
      ...(rules && { rules }),
      now,
      firstAskMs,
      inTurn: this.#inTurn,
      observe: this.observe,
      changed: (one) => this.#sendState(one),
    };
  }

  #sendEvents(): void {
    if (this.#service === undefined) return;
    const { box, send } = take(this.#outbox);
    this.#outbox = box;
    for (const { seq, event } of send) this.#service.send({ is: "event", seq, event });
  }

  #sendState(attendance: Attendance): void {
    this.#service?.send({ is: "machine", machine: attendance.machine.name, ...attendance.state });
  }

  async #answer(id: number, question: AgentQuestion): Promise<void> {
    try {
      const attendance = this.#attended.get(question.machine);
      if (attendance === undefined) throw new Fault("machine.unknown", { name: question.machine });
      this.#send({
        is: "answered",
        id,
        value: await ANSWERS[question.ask](attendance, question as never, {
          hands: this.hands,
          recordings: this.#recordings,
        }),
      });
    } catch (error) {
      this.#send({ is: "failed", id, fault: this.#failed(error, question.machine) });
    }
  }

  #watch({ viewer, machine, who }: { viewer: string; machine: string; who: string }): void {
    const attendance = this.#attended.get(machine);
    const console = attendance?.console;
    if (attendance === undefined || console === undefined) {
      const { says, remedy } = new Fault("machine.no-bmc", { name: machine });
      this.#send({ is: "console", viewer, say: { is: "refused", says, remedy } });
      return;
    }
    this.#watching.set(viewer, attendance);
    console.watch({ viewer, who }, (say) => this.#send({ is: "console", viewer, say }));
  }

  #unwatch(viewer: string): void {
    this.#watching.get(viewer)?.console?.unwatch(viewer);
    this.#watching.delete(viewer);
  }

  #failed(error: unknown, machine?: string): { id: string; says: string; remedy: string } {
    const fault = error instanceof Fault ? error : new Fault("service.failed", { why: reason(error) }, error);
    const { id, says, remedy } = fault;
    const whose = machine === undefined ? {} : { machine };
    this.observe({ kind: "fault", at: this.#needs.now(), says, detail: { fault: id, remedy }, ...whose });
    return { id, says, remedy };
  }

  #send(message: FromAgent): void {
    this.#service?.send(message);
  }
}

type Around = { readonly hands: Hands; readonly recordings: Recordings };

const ANSWERS = {
  power: (one) => one.readPower(),
  act: (one, { act, softSeconds }) => one.act(act, softSeconds),
  bootOnce: (one) => one.bootOnce(),
  bootDevice: (one, { set }) => one.bootDevice(set),
  media: (one, { url }) => one.media(url),
  screen: async (one) => one.screen(),
  report: (one, { about }) => one.report(about),
  password: (one, change) => one.password(change),
  trustAnew: (one) => one.trustAnew(),
  errand: async (_, asked, { hands }) => hands.errand(asked),
  recordings: async (_, { machine }, { recordings }) => ({ recordings: await recordings.of(machine) }),
  recordingIndex: async (_, { machine, file }, { recordings }) =>
    copyOf(await recordings.index(machine, file)),
  readRecording: async (_, { machine, file, screen, ...part }, { recordings }) => ({
    ...(screen === true
      ? await screenAt(recordings.events(machine, file), part.from)
      : { columns: COLUMNS, rows: ROWS, screen: null }),
    ...(await recordings.read(machine, file, part)),
  }),
  consoleLog: (_, { machine, ...span }, { recordings }) => recordings.log(machine, span),
} as const satisfies {
  [A in AgentQuestion["ask"]]: (
    one: Attendance,
    question: Extract<AgentQuestion, { ask: A }>,
    around: Around,
  ) => Promise<unknown>;
};

/** As the protocol's shape has it. */
const copyOf = ({ pieces, marks, ...index }: Awaited<ReturnType<Recordings["index"]>>) => ({
  ...index,
  pieces: [...pieces],
  marks: [...marks],
});

/** However its fields came: the service keeps them in another order than the agent that declared them. */
const sameBmc = (a: KnownMachine, b: KnownMachine): boolean => isDeepStrictEqual(a.bmc, b.bmc);
