import type { AgentAnswers, KnownMachine } from "../api/agent.ts";
import type { BmcAspect } from "../api/bmc-shapes.ts";
import { bootWords } from "../api/bmc-words.ts";
import type { PowerAct, PowerState } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import type { Bmc } from "../bmc/bmc.ts";
import type { BmcRecord } from "../bmc/drivers.ts";
import { MachineConsole } from "../console/console.ts";
import type { SightingRule } from "../console/core/sightings.ts";
import { type BootWish, cannot, changeMedia, passwordKept, reportOf, setBootDevice } from "./bmc-care.ts";

export type OpenBmc = (record: BmcRecord) => Bmc;

export type AttendanceNeeds = {
  readonly openBmc: OpenBmc;
  readonly forgetPins: (machine: string) => Promise<void>; // its certificate and host key
  readonly recordings: string;
  readonly rules?: () => readonly SightingRule[]; // what consoles are read for
  readonly now: () => number;
  readonly observe: (event: Observed) => void;
  readonly changed: (attendance: Attendance) => void;
  /** Five hundred BMCs are not asked all at once, nor in the same moment. */
  readonly firstAskMs: number;
  readonly inTurn: <T>(act: () => Promise<T>) => Promise<T>;
};

type PasswordChange = { readonly old: string; readonly next: string; readonly sets: boolean };
const POLL_MS = 30_000;
/** A machine that speaks is on: its BMC is asked every so many times only, for asking is what wears BMCs out. */
const ASKED_WHILE_IT_SPEAKS = 4;
/** A BMC may be away for seconds while the power changes: one answer that does not come says nothing yet. */
const MISSED_MOST = 1;

/** One machine attended to: its BMC, its power state and its console. */
export class Attendance {
  machine: KnownMachine;
  power: PowerState = "unknown";
  readonly console: MachineConsole | undefined;
  readonly #bmc: Bmc | undefined;
  readonly #needs: AttendanceNeeds;
  #poll: NodeJS.Timeout | undefined;
  #isOver = false;
  #turn = 0;
  #missed = 0; // answers about the power, since the last that came

  constructor(machine: KnownMachine, needs: AttendanceNeeds) {
    this.machine = machine;
    this.#needs = needs;
    if (machine.bmc === null) return;
    this.#bmc = this.#open(machine.name, machine.bmc);
    if (this.#bmc === undefined) return;
    const openConsole = this.#bmc.openConsole?.bind(this.#bmc);
    this.console =
      openConsole &&
      new MachineConsole({
        machine: machine.name,
        source: { openConsole },
        recordings: needs.recordings,
        ...(needs.rules && { rules: needs.rules }),
        now: needs.now,
        observe: needs.observe,
        changed: () => needs.changed(this),
      });
    // the first answers are wanted soon; from then on the asking is spread over the whole of its time
    const thenMs = POLL_MS + ((2 * needs.firstAskMs) % POLL_MS);
    const ask = () => void this.#askAgain((error) => this.#fault(error), thenMs);
    if (needs.firstAskMs === 0) ask();
    else this.#poll = setTimeout(ask, needs.firstAskMs);
  }

  get state() {
    const why = this.#bmc === undefined ? "it has no BMC on record" : "its BMC's driver has no console";
    const none = { is: "none", writer: null, because: why } as const;
    return { power: this.power, console: this.console?.state ?? none };
  }

  async readPower(): Promise<AgentAnswers["power"]> {
    try {
      const power = await this.#driver().power();
      this.#missed = 0;
      this.#now(power);
      return { power };
    } catch (error) {
      this.#missed += 1;
      if (this.#missed > MISSED_MOST) this.#now("unknown", saysOf(error));
      throw error;
    }
  }

  async act(act: PowerAct, softSeconds?: number): Promise<AgentAnswers["act"]> {
    const { name } = this.machine;
    this.#tell("power.acted", `The BMC of ${name} is told: power ${act}`, { act });
    const soft = softSeconds === undefined ? undefined : { withinMs: softSeconds * 1000 };
    const power = await this.#driver().act(act, undefined, soft);
    if (act === "on" || act === "cycle" || act === "reset") this.console?.poweredOn();
    this.#now(power);
    return { power };
  }

  /** Boots once from the network: the boot device is set and read back first, then the power. */
  async bootOnce(): Promise<AgentAnswers["bootOnce"]> {
    const { name, firmware } = this.machine;
    const bmc = this.#driver();
    if (bmc.bootOnce === undefined) throw cannot(name, bmc, "choose the boot device");
    await bmc.bootOnce("pxe", { efi: firmware === "uefi" });
    const wish = { device: "pxe", lasts: "once" } as const;
    this.#tell(
      "boot-device.set",
      `${name} ${bootWords({ ...wish, efi: null })}; its BMC reads it back so`,
      wish,
    );
    const was = (await this.readPower()).power;
    const act = was === "on" ? "cycle" : "on";
    await this.act(act);
    return { says: `${name} boots from the network: power ${act}` };
  }

  /** What the next start is told, set first when a wish is given; read back in any case. */
  async bootDevice(wish?: BootWish): Promise<AgentAnswers["bootDevice"]> {
    const { name, firmware } = this.machine;
    const bmc = this.#driver();
    if (bmc.bootDevice === undefined) throw cannot(name, bmc, "choose the boot device");
    if (wish === undefined) return bmc.bootDevice();
    const found = await setBootDevice(name, bmc, { ...wish, efi: firmware === "uefi" });
    this.#tell("boot-device.set", `${name} ${bootWords(found)}; its BMC reads it back so`, { ...wish });
    return found;
  }

  async media(url: string | null): Promise<AgentAnswers["media"]> {
    const { name } = this.machine;
    const says = await changeMedia(name, this.#driver(), url);
    this.#tell("bmc.media", says, { url });
    return { says };
  }

  report(about: BmcAspect): Promise<AgentAnswers["report"]> {
    return reportOf(this.machine.name, this.#driver(), about);
  }

  async password({ old, ...change }: PasswordChange): Promise<AgentAnswers["password"]> {
    const { name, bmc } = this.machine;
    if (bmc === null) throw new Fault("machine.no-bmc", { name });
    return {
      kept: await passwordKept(this.#needs.openBmc, { machine: name, ...bmc, password: old }, change),
    };
  }

  async trustAnew(): Promise<AgentAnswers["trustAnew"]> {
    await this.#needs.forgetPins(this.machine.name);
    return { says: `The next certificate and host key of the BMC of ${this.machine.name} is remembered` };
  }

  screen(): AgentAnswers["screen"] {
    return { lines: this.console?.lines() ?? [], attached: this.console?.state.is === "attached" };
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#poll);
    await this.console?.stop();
    await this.#bmc?.close?.();
  }

  /** How its power is, now and for ever; that nobody answers is told the first time. */
  async #askAgain(troubled: (error: unknown) => void, thenMs = POLL_MS): Promise<void> {
    this.#turn += 1;
    const isHeard = this.power === "on" && (this.console?.silentMs ?? POLL_MS) < POLL_MS;
    if (!isHeard || this.#turn % ASKED_WHILE_IT_SPEAKS === 0)
      await this.#needs.inTurn(async () => this.#isOver || this.readPower()).catch(troubled);
    if (this.#isOver) return;
    this.#poll = setTimeout(() => void this.#askAgain(() => {}), thenMs);
  }

  /** A record that no driver takes is told on the timeline; the machine boots all the same. */
  #open(machine: string, bmc: NonNullable<KnownMachine["bmc"]>): Bmc | undefined {
    try {
      return this.#needs.openBmc({ machine, ...bmc });
    } catch (error) {
      this.#fault(error);
      return undefined;
    }
  }

  #driver(): Bmc {
    if (this.#bmc === undefined) throw new Fault("machine.no-bmc", { name: this.machine.name });
    return this.#bmc;
  }

  #now(power: PowerState, because = ""): void {
    if (power === this.power) return;
    this.power = power;
    const { name } = this.machine;
    const says =
      power === "unknown" ? `Whether ${name} is on is not known: ${because}` : `${name} is ${power}`;
    this.#tell("power.state", says, { power });
    this.#needs.changed(this);
  }

  #fault(error: unknown): void {
    const detail = error instanceof Fault ? { fault: error.id, remedy: error.remedy } : {};
    this.#tell("fault", saysOf(error), detail);
  }

  #tell(kind: Observed["kind"], says: string, detail: Record<string, unknown>): void {
    this.#needs.observe({ kind, at: this.#needs.now(), machine: this.machine.name, says, detail });
  }
}

const saysOf = (error: unknown): string => (error instanceof Fault ? error.says : reason(error));
