import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, type AgentNeeds } from "../../src/agent/agent.ts";
import { memoryPair } from "../../src/agent/wires.ts";
import type { KnownMachine, Segment } from "../../src/api/agent.ts";
import type { Image } from "../../src/api/shapes.ts";
import { remote } from "../../src/cli/remote.ts";
import { RECIPES } from "../../src/hand/core/imaging/recipe.ts";
import { Desk } from "../../src/machine/desk.ts";
import { Meters } from "../../src/machine/meters.ts";
import { labIn } from "../../src/main/lab.ts";
import { openMetrics } from "../../src/main/metrics.ts";
import type { Named } from "../../src/main/named-hosts.ts";
import { openChecks } from "../../src/main/open-checks.ts";
import { ownProfiles } from "../../src/main/own-profiles.ts";
import { openServer } from "../../src/serve/server.ts";
import type { CheckSettings } from "../../src/settings/core/checks.ts";
import { settingsOf } from "../../src/settings/read-settings.ts";
import { noWebhooks } from "./no-webhooks.ts";
import { pretendBmc } from "./pretend-bmc.ts";
import { openTestStore } from "./store.ts";

export const MAC = "52:54:00:7a:00:01";
export const CANARY = "canary-7f3a-password";
export const MACHINE: KnownMachine = {
  ...{
    name: "m1",
    macs: [MAC],
    firmware: "bios",
    serial: "ttyS0,115200n8",
    redirected: false,
    loader: "auto",
  },
  ...{ bmc: { address: "10.77.1.101", port: 623, user: "rackhand", password: CANARY }, plan: null },
};
export const SEGMENT: Segment = {
  ...{ name: "rack", mode: "dhcp", interface: "rack0", subnet: "10.77.0.1/24" },
  ...{ pool: { from: "10.77.0.100", to: "10.77.0.199" }, answerSolicitations: true, leaseSeconds: 60 },
  ...{ routers: [], nameServers: [], reservations: [], relayed: [], image: "debian-12", unknown: "local" },
};

/** A password hash, which belongs into a preseed and nowhere else. */
export const HASH = "$6$canary$canary7f3aHashOfAPassword";
const PROFILES = ownProfiles(
  settingsOf(
    { profiles: { web: { root: { "password-hash": HASH } } } },
    "",
    (wrong) => new Error(wrong.join("; ")),
  ).profiles,
);

/** A service on a database of its own, with agents in this process and pretend BMCs. */
export async function openOneService() {
  const store = await openTestStore();
  const recordings = mkdtempSync(join(tmpdir(), "rackhand-recordings-"));
  const agents: Agent[] = [];
  const images: Image[] = [];
  const checks: ScheduledChecks = { state: recordings, schedules: [], hosts: () => [], laterMs: 0 };
  const clock = { aheadMs: 0 }; // whoever sets it sets the date of the service and of its agents
  const now = () => Date.now() + clock.aheadMs;
  let running = await start(store, images, checks, now);
  return {
    ...{ store, clock },
    images,
    checks,
    lookAtChecks: () => running.checks.look(),
    get desk() {
      return running.desk;
    },
    get url() {
      return running.url;
    },
    get api() {
      return running.api;
    },
    /** With pretend BMCs unless others are given. */
    startAgent: ({ machines = [MACHINE], openBmc, handLimits }: Odd = {}) => {
      const bmc = pretendBmc();
      const agent = new Agent({
        ...{ name: "rack", run: randomUUID(), segment: SEGMENT, declares: machines, recordings },
        ...{ now, openBmc: openBmc ?? (() => bmc.bmc), forgetPins: async () => {} },
        ...(handLimits && { handLimits }),
        handFile: async () => ({ is: "missing", because: "there is no such file" }),
      });
      agents.push(agent);
      return { agent, ...bmc };
    },
    attach: (agent: Agent) => {
      const ends = memoryPair();
      running.desk.meet(ends.service);
      void agent.serve(ends.agent);
      return ends;
    },
    restart: async (meanwhile = () => {}) => {
      await running.stop();
      meanwhile();
      running = await start(store, images, checks, now);
    },
    close: async () => {
      for (const agent of agents) await agent.stop();
      await running.stop();
      await store.close();
      rmSync(recordings, { recursive: true, force: true });
    },
  };
}

/** What is odd about an agent. */
type Odd = Partial<{ machines: readonly KnownMachine[] } & Pick<AgentNeeds, "openBmc" | "handLimits">>;
/** What the service checks by itself; `laterMs` is how far its clock is ahead. */
type ScheduledChecks = { state: string; schedules: CheckSettings[]; hosts: () => Named[]; laterMs: number };
type Store = Awaited<ReturnType<typeof openTestStore>>;

async function start(store: Store, images: readonly Image[], scheduled: ScheduledChecks, now: () => number) {
  const storyHome = store.openStories();
  const meters = new Meters();
  const desk = await new Desk({
    ...{
      store,
      storyHome,
      version: "0.0.0",
      now,
      newId: randomUUID,
      newPassword: randomUUID,
      troubled: () => {},
    },
    listImages: async () => [...images],
    checkImage: async () => ({ at: 0, overall: "unknown" as const, findings: [] }),
    requireImage: async () => {},
    webhooks: noWebhooks,
    meters,
    vendorsOf: async () => new Map(),
    recipes: () => RECIPES,
    requireRoot: async (image) => ({
      name: `root-${image}/root.tar.zst`,
      bytes: 1000,
      sha256: "0".repeat(64),
    }),
    listRoots: async () => ["debian-13"],
    profiles: () => PROFILES,
    mirror: () => null,
    reload: async () => "nothing",
  }).open();
  const checks = openChecks({
    ...{ state: scheduled.state, observed: desk.observed, machines: () => store.machines() },
    settings: () => ({ checks: scheduled.schedules }),
    openHosts: () => scheduled.hosts(),
    firstAfterMs: 24 * 3_600_000, // the test says when
    now: () => now() + scheduled.laterMs,
    troubled: () => {},
  });
  const standing = () => images.flatMap(({ name, check }) => (check ? [{ name, ...check }] : []));
  const metrics = openMetrics({ desk, meters, version: "0.0.0", checks: checks.samples, images: standing });
  const server = await openServer({
    metrics: metrics.text,
    ...{
      host: "127.0.0.1",
      port: 0,
      calls: { ...desk, ...labIn("nowhere"), ...checks.calls },
      page: undefined,
      version: "0.0.0",
    },
    streams: { watch: desk.watch.bind(desk), console: desk.console.bind(desk) },
  });
  const stop = async () => {
    await server.close();
    metrics.stop();
    await checks.stop();
    await desk.stop();
    await storyHome.close();
  };
  return { desk, url: server.url, api: remote(server.url), checks, stop };
}
