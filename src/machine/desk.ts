import type { AgentQuestion } from "../api/agent.ts";
import { fits, readFilter } from "../api/filter.ts";
import type { Machine } from "../api/shapes.ts";
import type { Answer, Asked, Calls, Frame, LabCalls } from "../api/table.ts";
import type { ServiceEnd } from "../api/wire.ts";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { Agents, type Attached, agentEvent } from "./agents.ts";
import { BmcDesk } from "./bmc-desk.ts";
import { Discovery } from "./discovery.ts";
import { HandDesk } from "./hand-desk.ts";
import { type InstallHands, installPlot } from "./install.ts";
import { InstallDesk } from "./install-desk.ts";
import { declaredOf, InventoryDesk } from "./inventory-desk.ts";
import { Ledger } from "./ledger.ts";
import { type Everyone, Lessons } from "./lessons.ts";
import { Live } from "./live.ts";
import type { DeskNeeds, KeptMachine } from "./needs.ts";
import { PlanDesk } from "./plan-desk.ts";
import { RecordingDesk } from "./recording-desk.ts";
import { rescuePlot } from "./rescue.ts";
import { retry } from "./retry.ts";
import { SegmentDesk } from "./segment-desk.ts";
import { Stories } from "./stories.ts";
import { Timelines } from "./timelines.ts";
import { Viewers } from "./viewers.ts";
import { wipePlot } from "./wipe.ts";

type DeskCalls = Omit<Calls, keyof LabCalls>;

/** Where everything about machines is asked: the record, the agents that attend to them, and what happens now. */
export class Desk implements DeskCalls {
  readonly #needs: DeskNeeds;
  readonly #startedAt: number;
  readonly #agents: Agents;
  readonly #ledger: Ledger;
  readonly #live: Live;
  readonly #stories: Stories;
  readonly #segments: SegmentDesk;
  readonly #lessons: Lessons;
  readonly #recordings: RecordingDesk;
  readonly #timelines: Timelines;
  readonly #discovery: Discovery;
  readonly #inventory: InventoryDesk;
  readonly #plans: PlanDesk;
  readonly #installs: InstallDesk;
  readonly #handDesk: HandDesk;
  readonly #bmcs: BmcDesk;
  readonly #viewers: Viewers;

  constructor(needs: DeskNeeds) {
    this.#needs = needs;
    this.#startedAt = needs.now();
    this.#live = new Live((name) => this.#machine(name));
    this.#ledger = new Ledger(needs.store, needs.newId(), {
      kept: (events) => {
        this.#live.saw(events);
        needs.webhooks.nudge();
      },
      stored: needs.meters.saw,
      troubled: needs.troubled,
    });
    const agentOf = (segment: string) => this.#agents.of(segment);
    this.#segments = new SegmentDesk({ ...needs, agentOf });
    this.#lessons = new Lessons({ ...needs, agentOf });
    this.#viewers = new Viewers({ newId: needs.newId, agentOf, machine: (name) => this.#machine(name) });
    this.#agents = new Agents({
      met: (agent) => this.#met(agent),
      said: (agent, message) => {
        if (message.is === "event") this.#ledger.keep(agent, message.seq, message.event);
        else if (message.is === "leases" || message.is === "segment") this.#segments.heard(agent, message);
        else if (message.is === "console") this.#viewers.said(message.viewer, message.say);
        else if (message.is === "hand") this.#handDesk.heard(message);
        else this.#live.reported(message);
      },
      left: (agent, why) => {
        this.#note(agentEvent("agent.lost", needs.now(), agent, why));
        this.#live.unattended(agent.segment.name);
        this.#segments.left(agent);
      },
      ...{ now: needs.now, asked: needs.meters.asked },
      troubled: needs.troubled,
    });
    this.#discovery = new Discovery({
      ...{ store: needs.store, vendorsOf: needs.vendorsOf },
      segmentOf: (agent) => this.#agents.all().find(({ name }) => name === agent)?.segment.name ?? agent,
      otherServers: (segment) => this.#segments.otherServers(segment),
    });
    const { store, storyHome, now, troubled } = needs;
    this.#timelines = new Timelines(store);
    this.#recordings = new RecordingDesk({ ...needs, agents: () => this.#agents });
    const within = {
      note: (event: Observed) => this.#note(event),
      machine: (name: string) => this.#machine(name),
      changed: (name: string) => this.#changed(name),
      teach: (segment: string) => this.#lessons.teach(segment),
      ask: <Q extends AgentQuestion>(segment: string, question: Q) => this.#agents.ask(segment, question),
      stories: () => this.#stories,
      lastEvent: async (machine: string) => (await store.timeline(machine, { limit: 1 })).at(-1),
    };
    this.#inventory = new InventoryDesk({ ...needs, ...within, live: this.#live });
    this.#bmcs = new BmcDesk({
      ...{ ...needs, ...within },
      changed: async (name) => within.teach((await within.changed(name)).segment),
    });
    this.#plans = new PlanDesk({ ...needs, ...within });
    const armPlan = this.#plans.arm;
    this.#installs = new InstallDesk({
      ...{ ...needs, ...within, armPlan, readPower: this.#bmcs.readPower, checkOf: this.#plans.checkOf },
      consoleOffer: async (name) => (await this.#bmcs.read({ name, about: "console" })).console,
    });
    this.#handDesk = new HandDesk({ ...needs, ...within, armPlan });
    const { addressOf } = this.#handDesk;
    const hands: InstallHands = {
      ...{ ...within, now },
      errand: async (machine, errand) =>
        within.ask((await store.machine(machine)).segment, { ask: "errand", machine, ...errand }),
      events: (machine, after) => store.timeline(machine, { after, limit: 1000 }),
      bootOnce: async (machine) => {
        await within.ask((await store.machine(machine)).segment, { ask: "bootOnce", machine });
      },
      planOf: (machine) => store.planOf(machine),
      screen: async (name) => (await this.screen({ name })).lines,
      armLocal: (name) => armPlan({ name, plan: "local", now: false }, "its story"),
    };
    const plots = [installPlot(hands), rescuePlot({ ...hands, addressOf }), wipePlot(hands)];
    this.#stories = new Stories({ store, home: storyHome, plots, now, troubled });
  }

  readonly addMachine: Calls["addMachine"] = (asked, by) => this.#inventory.add(asked, by);
  readonly setMachine: Calls["setMachine"] = (asked, by) => this.#inventory.set(asked, by);
  readonly labelMachine: Calls["labelMachine"] = (asked, by) => this.#inventory.label(asked, by);
  readonly removeMachine: Calls["removeMachine"] = (asked, by) => this.#inventory.remove(asked, by);
  readonly importMachines: Calls["importMachines"] = (asked, by) => this.#inventory.import(asked, by);
  readonly listSegments: Calls["listSegments"] = () => this.#segments.list();
  readonly machineInventory: Calls["machineInventory"] = (asked) => this.#handDesk.inventory(asked);
  readonly rescue: Calls["rescue"] = (asked, by) => this.#handDesk.rescue(asked, by);
  readonly wipe: Calls["wipe"] = (asked, by) => this.#handDesk.wipe(asked, by);

  readonly showSegment: Calls["showSegment"] = (asked) => this.#segments.show(asked);

  readonly listStories: Calls["listStories"] = (asked) => this.#stories.list(asked);

  readonly showStory: Calls["showStory"] = (asked) => this.#stories.show(asked);

  readonly retryStory: Calls["retryStory"] = (asked, by) => retry(this, this.#note.bind(this), asked, by);

  readonly cancelStory: Calls["cancelStory"] = (asked, by) => this.#stories.cancel(asked, by);

  /** What was seen by somebody who is no agent; ends when it is kept. */
  readonly observed = async (events: readonly Observed[]): Promise<void> => {
    for (const event of events) this.#note(event);
    await this.#ledger.settled();
  };

  /** Reads what is kept, so that states stand before the first event. */
  async open(): Promise<this> {
    await this.#ledger.open();
    for (const { name, segment } of await this.#needs.store.machines()) {
      this.#live.begin(name, segment, await this.#needs.store.timeline(name, { limit: 200 }));
    }
    this.#stories.start();
    return this;
  }

  readonly meet = (end: ServiceEnd): void => this.#agents.meet(end);

  readonly status = async (): Promise<Answer<"status">> => ({
    version: this.#needs.version,
    startedAt: this.#startedAt,
    agents: this.#agents.all().map(({ name, segment }) => ({ name, segment: segment.name, attached: true })),
  });

  readonly listMachines = async (asked: Asked<"listMachines">): Promise<Answer<"listMachines">> => {
    const filter = readFilter(asked);
    if (!filter.ok) throw new Fault("use.wrong", { what: `${filter.flaw}.`, verb: "machine list" });
    const [kept, everyone] = await Promise.all([this.#needs.store.machines(), this.#lessons.everyone()]);
    const machines = kept.map((machine) => this.#row(machine, everyone));
    return { machines: machines.filter((machine) => fits(filter.value, machine)) };
  };

  readonly showMachine = ({ name }: Asked<"showMachine">): Promise<Machine> => this.#machine(name);

  readonly armPlan: Calls["armPlan"] = (asked, by) => this.#plans.arm(asked, by);
  readonly install: Calls["install"] = (asked, by) => this.#installs.install(asked, by);
  readonly preflight: Calls["preflight"] = (asked) => this.#installs.preflight(asked);
  readonly installChoices: Calls["installChoices"] = () => this.#installs.choices();
  readonly showPreseed: Calls["showPreseed"] = (asked) => this.#installs.preseed(asked);

  readonly setPower: Calls["setPower"] = (asked, by) => this.#bmcs.setPower(asked, by);
  readonly readPower: Calls["readPower"] = (asked) => this.#bmcs.readPower(asked);
  readonly readBmc: Calls["readBmc"] = (asked) => this.#bmcs.read(asked);
  readonly readBootDevice: Calls["readBootDevice"] = (asked) => this.#bmcs.readBootDevice(asked);
  readonly setBootDevice: Calls["setBootDevice"] = (asked, by) => this.#bmcs.setBootDevice(asked, by);
  readonly setMedia: Calls["setMedia"] = (asked, by) => this.#bmcs.setMedia(asked, by);
  readonly setBmc: Calls["setBmc"] = (asked, by) => this.#bmcs.set(asked, by);
  readonly secure: Calls["secure"] = (asked, by) => this.#bmcs.secure(asked, by);

  readonly timeline: Calls["timeline"] = (asked) => this.#timelines.page(asked);
  readonly timelineLines = (asked: Asked<"timelineLines">) => this.#timelines.lines(asked);
  readonly showEvent: Calls["showEvent"] = (asked) => this.#timelines.event(asked);

  readonly why: Calls["why"] = (asked) => this.#discovery.why(asked);
  readonly discover: Calls["discover"] = () => this.#discovery.list();
  readonly forgetDiscovered: Calls["forgetDiscovered"] = (asked) => this.#discovery.forget(asked);

  readonly screen = async ({ name }: Asked<"screen">): Promise<Answer<"screen">> => {
    const { segment } = await this.#machine(name);
    return this.#agents.ask(segment, { ask: "screen", machine: name });
  };

  readonly listRecordings: Calls["listRecordings"] = (asked) => this.#recordings.list(asked);
  readonly recordingIndex: Calls["recordingIndex"] = (asked) => this.#recordings.index(asked);
  readonly readRecording: Calls["readRecording"] = (asked) => this.#recordings.read(asked);
  readonly consoleLog: Calls["consoleLog"] = (asked) => this.#recordings.log(asked);
  readonly searchConsoles: Calls["searchConsoles"] = (asked) => this.#recordings.search(asked);

  readonly checkImage = ({ name }: Asked<"checkImage">): Promise<Answer<"checkImage">> =>
    this.#needs.checkImage(name);

  readonly listImages = async (): Promise<Answer<"listImages">> => ({
    images: await this.#needs.listImages(),
  });

  readonly mirrorStatus = async (): Promise<Answer<"mirrorStatus">> => ({ mirror: this.#needs.mirror() });

  readonly listWebhooks: Calls["listWebhooks"] = (...asked) => this.#needs.webhooks.listWebhooks(...asked);
  readonly testWebhook: Calls["testWebhook"] = (...asked) => this.#needs.webhooks.testWebhook(...asked);
  readonly failedWebhooks: Calls["failedWebhooks"] = (...asked) =>
    this.#needs.webhooks.failedWebhooks(...asked);

  readonly reload = async (): Promise<Answer<"reload">> => ({ says: await this.#needs.reload() });

  /** Sends all machines, then changes and events as they come; returns what ends it. */
  async watch({ machine }: Asked<"watch">, send: (frame: Frame<"watch">) => void): Promise<() => void> {
    const early: Frame<"watch">[] = [];
    let deliver: (frame: Frame<"watch">) => void = (frame) => early.push(frame);
    const end = this.#live.subscribe(machine, (frame) => deliver(frame));
    const { machines } = await this.listMachines({});
    send({
      is: "machines",
      machines: machines.filter(({ name }) => machine === undefined || name === machine),
    });
    for (const frame of early) send(frame);
    deliver = send;
    return end;
  }

  /** Attaches a viewer to a console. */
  readonly console = (asked: Asked<"console">, send: (frame: Frame<"console">) => void) =>
    this.#viewers.attach(asked, send);

  /** Hangs up on the agents, who keep what is not acknowledged; ends when all that was heard is kept. */
  async stop(): Promise<void> {
    await this.#stories.stop();
    this.#agents.hangUp();
    await Promise.all([this.#ledger.stop(), this.#segments.stop()]);
  }

  async #met(agent: Attached): Promise<void> {
    const { store, now } = this.#needs;
    await this.#segments.met(agent);
    for (const { plan: _, ...declared } of agent.declares) {
      const macs = declared.macs.map((mac) => must(readMac(mac)));
      await store.setMachine({ ...declared, macs, segment: agent.segment.name, declaredBy: agent.name });
      this.#live.begin(
        declared.name,
        agent.segment.name,
        await store.timeline(declared.name, { limit: 200 }),
      );
    }
    this.#note(agentEvent("agent.attached", now(), agent));
    this.#live.attended(agent.segment.name);
    await this.#lessons.teach(agent.segment.name);
  }

  #note(event: Observed): void {
    this.#ledger.note(event);
  }

  async #changed(name: string): Promise<Machine> {
    const machine = await this.#machine(name);
    this.#live.publish({ is: "machine", machine });
    return machine;
  }

  async #machine(name: string): Promise<Machine> {
    return this.#shown(await this.#needs.store.machine(name));
  }

  async #shown(machine: KeptMachine): Promise<Machine> {
    const { name } = machine;
    const [plan, ways] = await Promise.all([this.#lessons.planOf(name), this.#needs.store.waysOf(name)]);
    return this.#row(machine, { planOf: () => plan, waysOf: () => ways });
  }

  #row(kept: KeptMachine, { planOf, waysOf }: Everyone): Machine {
    const { declaredBy: _, declaredIn: __, macs, ...machine } = kept;
    return {
      ...machine,
      macs: [...macs],
      labels: { ...kept.labels },
      declared: declaredOf(kept),
      plan: planOf(machine.name),
      ways: [...waysOf(machine.name)],
      attended: this.#agents.of(machine.segment) !== undefined,
      ...this.#live.of(machine.name),
    };
  }
}
