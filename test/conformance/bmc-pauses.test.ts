import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import type { Bmc } from "../../src/bmc/bmc.ts";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { filePins } from "../../src/bmc/pins.ts";
import { redfish } from "../../src/bmc/redfish.ts";
import { smash } from "../../src/bmc/smash.ts";
import { startIpmiSim } from "../support/ipmi-sim.ts";
import { startLateRelay } from "../support/late-relay.ts";
import { startRedfish } from "../support/redfish-server.ts";
import { startSmash } from "../support/smash-server.ts";
import { noSshd } from "../support/sshd.ts";

/** BMCs that hold their peace for 10 s, once: each a BMC of its own, so that their pauses pass at the same time. */
const PAUSE_MS = 10_000;
const LOGIN = { user: "ADMIN", password: "Sixteen8letters0" };
const AT = { machine: "m1", address: "127.0.0.1", ...LOGIN };
type Late = {
  readonly bmc: Bmc;
  pauseOnce(): void;
  hasPaused(): boolean;
  isOn(): boolean; // the machine behind it, whatever its BMC says
  stop(): Promise<void>;
};

async function lateIpmi(): Promise<Late> {
  const sim = await startIpmiSim({ name: LOGIN.user, password: LOGIN.password });
  const relay = await startLateRelay(sim.port);
  return {
    bmc: ipmitool({ ...AT, port: relay.port }),
    pauseOnce: () => relay.pauseOnce(PAUSE_MS),
    hasPaused: () => relay.held() > 0,
    isOn: () =>
      existsSync(join(sim.state, "power")) && readFileSync(join(sim.state, "power"), "utf8")[0] === "1",
    stop: async () => {
      relay.stop();
      await sim.stop();
    },
  };
}

async function lateRedfish(): Promise<Late> {
  const board = await startRedfish("supermicro-as-1015cs", { [LOGIN.user]: LOGIN.password });
  const place = mkdtempSync(join(tmpdir(), "pins-"));
  const bmc = redfish({ ...AT, port: board.port }, { pins: filePins(place) });
  let has = false;
  return {
    bmc,
    pauseOnce: () => {
      has = false;
      board.trouble.pausesOnceMs = PAUSE_MS;
    },
    hasPaused: () => {
      has ||= board.trouble.pausesOnceMs === undefined;
      return has;
    },
    isOn: () => board.chassis.isOn,
    stop: async () => {
      await bmc.close();
      await board.stop();
      rmSync(place, { recursive: true });
    },
  };
}

async function lateSmash(): Promise<Late> {
  const server = await startSmash({ name: LOGIN.user, password: LOGIN.password });
  const place = mkdtempSync(join(tmpdir(), "pins-"));
  const late = join(server.state, "late");
  return {
    bmc: smash({ ...AT, port: server.port }, { pins: filePins(place) }),
    pauseOnce: () => writeFileSync(late, `${PAUSE_MS}`),
    hasPaused: () => !existsSync(late),
    isOn: () => existsSync(join(server.state, "on")),
    stop: async () => {
      await server.stop();
      rmSync(place, { recursive: true });
    },
  };
}

const ASKED = {
  "power, of a machine that is on": async (bmc: Bmc) => expect(await bmc.power()).toBe("on"),
  "act on": async (bmc: Bmc) => expect(await bmc.act("on")).toBe("on"),
  sensors: async (bmc: Bmc) => expect((await bmc.sensors!()).length).toBeGreaterThan(0),
} as const;
type Question = keyof typeof ASKED;
const POWER: readonly Question[] = ["power, of a machine that is on", "act on"];
const whySmash = noSshd === undefined ? "" : ` (skipped: ${noSshd})`;

describe.concurrent.each<[string, boolean, () => Promise<Late>, readonly Question[]]>([
  ["ipmitool", true, lateIpmi, [...POWER, "sensors"]],
  ["redfish", true, lateRedfish, [...POWER, "sensors"]],
  [`smash${whySmash}`, noSshd === undefined, lateSmash, POWER], // its shell has no sensors
])("%s, silent for 10 s", (_driver, isHere, open, questions) => {
  const opened = new Map<Question, Late>();
  beforeAll(async () => {
    if (isHere) for (const question of questions) opened.set(question, await open());
  }, 60_000);
  afterAll(async () => {
    for (const late of opened.values()) await late.stop();
  });

  test.skipIf(!isHere).each(questions)(
    "%s: it is answered, or a fault says why; and what is told is true",
    {
      timeout: 60_000,
    },
    async (question) => {
      const { bmc, pauseOnce, hasPaused, isOn } = opened.get(question)!;
      if (question !== "act on") await bmc.act("on");
      const began = Date.now();
      pauseOnce();

      const fault = await ASKED[question](bmc).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof Fault) return error;
          throw error;
        },
      );

      const tookMs = Date.now() - began;
      expect(hasPaused()).toBe(true);
      expect(tookMs).toBeLessThan(45_000);
      if (fault === undefined) expect(tookMs).toBeGreaterThan(PAUSE_MS - 500);
      else expect(["bmc.failed", "bmc.unreachable"]).toContain(fault.id);
      expect(fault?.says ?? "").not.toContain("does not support"); // silence says nothing of what it can do
      expect(await bmc.power(), fault?.says).toBe(isOn() ? "on" : "off");
    },
  );
});
