import type { AgentAnswers, KnownMachine } from "../api/agent.ts";
import type { PowerAct, PowerState } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import { MachineConsole } from "../console/console.ts";
import type { Source } from "../console/line.ts";

/** What the agent needs of a BMC; the drivers in bmc/ happen to fit. */
export type AgentBmc = Source & {
  readonly speaks: string;
  power(signal?: AbortSignal): Promise<"on" | "off">;
  act(act: PowerAct, signal?: AbortSignal): Promise<"on" | "off">;
  bootOnce(device: "pxe", options: { efi: boolean }, signal?: AbortSignal): Promise<void>;
};
export type OpenBmc = (at: {
  machine: string;
  address: string;
  port: number;
  user: string;
  password: string;
}) => AgentBmc;

export type AttendanceNeeds = {
  readonly openBmc: OpenBmc;
  readonly recordings: string;
  readonly now: () => number;
  readonly observe: (event: Observed) => void;
  readonly changed: (attendance: Attendance) => void;
};

const POLL_MS = 30_000;

/** One machine attended to: its BMC, its power state and its console. */
export class Attendance {
  machine: KnownMachine;
  power: PowerState = "unknown";
  readonly console: MachineConsole | undefined;
  readonly #bmc: AgentBmc | undefined;
  readonly #needs: AttendanceNeeds;
  readonly #poll: NodeJS.Timeout | undefined;

  constructor(machine: KnownMachine, needs: AttendanceNeeds) {
    this.machine = machine;
    this.#needs = needs;
    if (machine.bmc === null) return;
    this.#bmc = needs.openBmc({ machine: machine.name, ...machine.bmc });
    this.console = new MachineConsole({
      machine: machine.name,
      source: this.#bmc,
      recordings: needs.recordings,
      now: needs.now,
      observe: needs.observe,
      changed: () => needs.changed(this),
    });
    this.#poll = setInterval(() => void this.readPower().catch(() => {}), POLL_MS);
    void this.readPower().catch((error) => this.#fault(error));
  }

  get state() {
    const none = { is: "none", writer: null, because: "it has no BMC on record" } as const;
    return { power: this.power, console: this.console?.state ?? none };
  }

  async readPower(): Promise<AgentAnswers["power"]> {
    const power = await this.#driver().power();
    this.#now(power);
    return { power };
  }

  async act(act: PowerAct): Promise<AgentAnswers["act"]> {
    const { name } = this.machine;
    this.#tell("power.acted", `The BMC of ${name} is told: power ${act}`, { act });
    const power = await this.#driver().act(act);
    this.#now(power);
    return { power };
  }

  /** Boots once from the network: the boot device is set and read back first, then the power. */
  async bootOnce(): Promise<AgentAnswers["bootOnce"]> {
    const { name, firmware } = this.machine;
    await this.#driver().bootOnce("pxe", { efi: firmware === "uefi" });
    this.#tell("boot-device.set", `${name} boots once from the network; its BMC reads it back so`, {
      device: "pxe",
    });
    const was = (await this.readPower()).power;
    const act = was === "on" ? "cycle" : "on";
    await this.act(act);
    return { says: `${name} boots from the network: power ${act}` };
  }

  screen(): AgentAnswers["screen"] {
    return { lines: this.console?.lines() ?? [], attached: this.console?.state.is === "attached" };
  }

  async stop(): Promise<void> {
    clearInterval(this.#poll);
    await this.console?.stop();
  }

  #driver(): AgentBmc {
    if (this.#bmc === undefined) throw new Fault("machine.no-bmc", { name: this.machine.name });
    return this.#bmc;
  }

  #now(power: PowerState): void {
    if (power === this.power) return;
    this.power = power;
    this.#tell("power.state", `${this.machine.name} is ${power}`, { power });
    this.#needs.changed(this);
  }

  #fault(error: unknown): void {
    const detail = error instanceof Fault ? { fault: error.id, remedy: error.remedy } : {};
    this.#tell("fault", error instanceof Fault ? error.says : reason(error), detail);
  }

  #tell(kind: Observed["kind"], says: string, detail: Record<string, unknown>): void {
    this.#needs.observe({ kind, at: this.#needs.now(), machine: this.machine.name, says, detail });
  }
}
