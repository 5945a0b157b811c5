import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { everyProcess } from "../interop/processes.ts";
import { type Sim, startIpmiSim } from "../support/ipmi-sim.ts";
import { type Bench, bmcConformance } from "./bmc.ts";
import { UPKEEP } from "./promises-of-upkeep.ts";

const LOGIN = { user: "ADMIN", password: "Sixteen8letters0" };
let sim: Sim;

beforeAll(async () => {
  sim = await startIpmiSim({ name: LOGIN.user, password: LOGIN.password });
});
afterAll(() => sim?.stop());

const kept = (file: string) => {
  try {
    return readFileSync(join(sim.state, file), "utf8").trim();
  } catch {
    return "";
  }
};

function bench(): Bench {
  const at = { machine: "sim", address: "127.0.0.1", port: sim.port, ...LOGIN };
  rmSync(join(sim.state, "forgets"), { force: true });
  const connect = (change: object) => ipmitool({ ...at, ...change });
  return {
    bmc: connect({}),
    at,
    ...LOGIN,
    connect,
    machine: async () => ({
      instance: kept("power") === "1" ? kept("starts").length : undefined,
      nextBoot: kept("boot"),
    }),
    forgetful: () => {
      writeFileSync(join(sim.state, "forgets"), "");
      return connect({});
    },
    happens: async () => {
      const record = [0, 0, 2, 1, 2, 3, 0x65, 0x20, 0, 4, 1, 1, 0x59, 0x52, 0xff, 0xff].map(String);
      const words = ["-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", `${sim.port}`, "-U", at.user, "-E"];
      const env = { ...process.env, IPMITOOL_PASSWORD: at.password };
      spawnSync("ipmitool", [...words, "raw", "0x0a", "0x44", ...record], { env });
    },
    nobody: "127.0.0.2",
    processes: () =>
      everyProcess()
        .map(({ line }) => line)
        .join("\n"),
  };
}

const EXCUSED = {
  "the boot device holds for ever when asked to": "ipmi_sim keeps no such flag",
  "a shutdown that the system ignores is a fault, and power off only when asked to":
    "ipmi_sim shuts down at once",
};
bmcConformance("ipmitool on a bare simulator", bench, { promises: UPKEEP, excused: EXCUSED });

test("cipher suite 0 is a finding, found without our password", async () => {
  const findings = await bench().connect({ password: LOGIN.password }).findings!();

  expect(findings.map(({ id }) => id)).toContain("cipher-0");
});
