import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { type Rack, rackStatus, raiseRack } from "../../src/rack/rack.ts";
import { everyProcess } from "../interop/processes.ts";
import { RACK_ENTRY } from "../interop/rack-entry-argv.ts";
import { type Bench, bmcConformance, CONSOLE, PROMISES } from "./bmc.ts";

let state: string;
let rack: Rack;

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "bmc-"));
  rack = await raiseRack({
    state,
    machines: 1,
    firmware: "bios",
    accel: "tcg",
    entry: RACK_ENTRY,
    log: () => {},
  });
}, 60_000);

afterAll(async () => {
  await rack?.stop();
  rmSync(state, { recursive: true });
}, 30_000);

function bench(): Bench {
  const { name, bmc } = rack.machines[0]!;
  const to = (change: Partial<typeof bmc>) =>
    ipmitool({ machine: name, ...bmc, ...change }, { start: rack.run, ownerAskedEveryMs: 500 });
  return {
    bmc: to({}),
    at: { machine: name, ...bmc },
    password: bmc.password,
    user: bmc.user,
    connect: (change) => to(change as Partial<typeof bmc>),
    machine: async () => {
      const { pid, nextBoot } = (await rackStatus(state))!.machines[0]!;
      return { instance: pid, nextBoot };
    },
    line: () => plugIn(join(state, "rack", `${name}.serial`)),
    breaks: async () => {
      const monitor = await plugIn(join(state, "rack", `${name}.qmp`)); // as QEMU would
      let heard = "";
      monitor.on("data", (bytes) => {
        heard += bytes.toString();
      });
      return { count: () => heard.split('"chardev-send-break"').length - 1, end: () => monitor.destroy() };
    },
    endBmc: async () => {
      const sim = everyProcess().find(
        ({ line, cwd }) => line.startsWith("ipmi_sim ") && cwd === join(state, "rack"),
      );
      process.kill(sim!.pid, "SIGKILL");
    },
    nobody: "10.77.1.250",
    processes: () =>
      everyProcess()
        .map(({ line }) => line)
        .join("\n"),
  };
}

/** While the machine is off its end of the cable is free: a socket of the rack's holder. */
function plugIn(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket)).once("error", reject);
  });
}

bmcConformance("ipmitool", bench, { promises: { ...PROMISES, ...CONSOLE } });
