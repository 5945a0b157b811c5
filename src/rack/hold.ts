import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import type { Server } from "node:net";
import { reason } from "../base/fault.ts";
import { Beside } from "./beside.ts";
import { BmcSim } from "./bmc-sim.ts";
import { serveChassis } from "./chassis.ts";
import { type Ask, type RackStatus, serveControl } from "./control.ts";
import { type Firmware, layMachines, type RackMachine } from "./core/layout.ts";
import type { Screen } from "./core/qemu-argv.ts";
import { CHASSIS_PROGRAM, CHASSIS_SCRIPT } from "./core/sim-config.ts";
import { findAccel } from "./kvm.ts";
import { Machine } from "./machine.ts";
import { buildNetwork } from "./network.ts";

export const RACK_FILE = "rack.json";
export type HoldOptions = {
  readonly directory: string;
  readonly machines: number;
  readonly firmware: Firmware;
  readonly accel?: "kvm" | "tcg"; // not given: KVM if it works
  readonly screen?: Screen; // not given: serial
  readonly diskBytes?: number;
  readonly agentSocket?: string;
  readonly beside?: readonly string[]; // runs as long as the rack does
  readonly workingDirectory?: string; // its own
};
/** The one line the holder prints, for whoever raised it. */
export type HoldReport =
  | { readonly is: "up" }
  | { readonly is: "failed"; readonly at: "network" | "machines"; readonly why: string };
export type RackFile = { readonly machines: readonly RackMachine[]; readonly agentSocket?: string };

/** What outlives a rack: its disks and firmware variables, and the log. */
const STAYS = /^((rack|agent)\.log|m\d+\.(disk|vars))$/;

/**
 * Process 1 of the rack's namespaces: all that is in the rack is its child and ends with it. Ends when told
 * to.
 */
export async function holdRack(options: HoldOptions): Promise<void> {
  process.umask(0o077);
  process.chdir(options.directory); // so that no socket's path is too long
  sweep();
  const rows = layMachines(options.machines, options.firmware, randomBytes(12).toString("base64url"));
  let at: "network" | "machines" = "network";
  try {
    await buildNetwork(rows);
    at = "machines";
    await holdMachines(rows, options);
  } catch (failure) {
    report({ is: "failed", at, why: reason(failure) });
    process.exit(1);
  }
  report({ is: "up" });
}

async function holdMachines(rows: readonly RackMachine[], options: HoldOptions): Promise<void> {
  const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const { screen = "serial", accel, agentSocket, beside: program, workingDirectory = "/" } = options;
  const accelFound = accel === undefined ? findAccel(log) : Promise.resolve(accel);
  const machines = new Map<string, Machine>();
  for (const row of rows) {
    const runs = { accel: () => accelFound, disk: furnish(row, options), screen, log };
    machines.set(row.name, new Machine(row, runs));
  }
  for (const machine of machines.values()) await machine.open();
  writeFileSync(CHASSIS_PROGRAM, CHASSIS_SCRIPT);
  const servers: Server[] = [await serveChassis(machines)];
  const bmcs = rows.map((row) => new BmcSim(row, log));
  await Promise.all(bmcs.map((bmc) => bmc.open()));
  const file: RackFile = { machines: rows, ...(agentSocket !== undefined && { agentSocket }) };
  writeFileSync(RACK_FILE, JSON.stringify(file));
  const beside = program === undefined ? undefined : new Beside(program, workingDirectory, log);
  const stop = async () => {
    await beside?.close();
    await Promise.all(bmcs.map((bmc) => bmc.close()));
    await Promise.all([...machines.values()].map((machine) => machine.close()));
    for (const server of servers) server.close();
    sweep();
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => void stop().finally(() => process.exit(0)));
  }
  servers.push(await serveControl((ask) => answered(ask, machines, stop)));
}

async function answered(ask: Ask, machines: ReadonlyMap<string, Machine>, stop: () => Promise<void>) {
  if (ask === "stop") {
    await stop();
    setImmediate(() => process.exit(0)); // the asker sees the line closed
  }
  return statusOf(machines);
}

function statusOf(machines: ReadonlyMap<string, Machine>): RackStatus {
  return {
    machines: [...machines].map(([name, { pid, boot }]) => ({
      name,
      power: pid === undefined ? "off" : "on",
      nextBoot: boot,
      ...(pid !== undefined && { pid }),
    })),
  };
}

/** The machine's disk, when it has one, and its firmware's variables: made once, kept from rack to rack. */
function furnish({ name, firmware }: RackMachine, { diskBytes }: HoldOptions): string | undefined {
  const vars = `${name}.vars`;
  if (firmware === "uefi" && !existsSync(vars)) copyFileSync("/usr/share/OVMF/OVMF_VARS.fd", vars);
  if (diskBytes === undefined) return undefined;
  const disk = `${name}.disk`;
  if (!existsSync(disk)) {
    writeFileSync(disk, "");
    truncateSync(disk, diskBytes);
  }
  return disk;
}

/** Also what a killed rack left behind: nobody else is here, the directory is locked. */
function sweep(): void {
  for (const name of readdirSync(".")) if (!STAYS.test(name)) rmSync(name, { recursive: true });
}

const report = (what: HoldReport): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`);
};
