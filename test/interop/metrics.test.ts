import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { METRICS } from "../../src/api/metrics.ts";
import { openOneService } from "../support/one-service.ts";

const run = promisify(execFile);
const RULES = join(import.meta.dirname, "../../deploy/rackhand.rules.yml");
let service: Awaited<ReturnType<typeof openOneService>>;

beforeAll(async () => {
  service = await openOneService();
});
afterAll(() => service?.close());

const scraped = async () => (await run("curl", ["-sS", "--fail", `${service.url}/metrics`])).stdout;
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

test("what curl scrapes is what promtool takes without a word, and counts what was done", async () => {
  const { agent } = service.startAgent();
  service.attach(agent);
  await soon(async () => (await service.api.ask("showMachine", { name: "m1" })).power).toBe("off");
  await service.api.ask("setPower", { name: "m1", act: "on" });
  const sighting = { kind: "console.sighting", machine: "m1", says: "x" } as const;
  agent.observe({
    ...sighting,
    at: Date.now() + 9000,
    detail: { sighting: "login-prompt", subject: 'a"b\\' },
  });

  const skewed = { at: 1, overall: "fail" as const, findings: [] };
  service.images.push({
    ...{ name: "debian-12", release: "12", kind: "installer", suite: "bookworm", arch: "amd64", build: "1" },
    ...{ kernelRelease: "6.1.0", root: "/", loaders: null, check: skewed },
  });

  await soon(scraped).toContain('rackhand_boot_duration_seconds_count{reached="login"} 1');
  const text = await scraped();
  const promtool = run("promtool", ["check", "metrics"]);
  promtool.child.stdin?.end(text);

  const { stdout, stderr } = await promtool;
  expect(stdout + stderr).toBe("");
  expect(text).toContain("rackhand_boots_total 1");
  expect(text).toContain('rackhand_image_check{image="debian-12",verdict="pass"} 0');
  expect(text).toContain('rackhand_image_check{image="debian-12",verdict="fail"} 1');
  expect(text).toContain('rackhand_machines{state="up"} 1');
  expect(text).toContain('rackhand_bmc_questions_total{question="act",outcome="answered"} 1');
  expect(text).toMatch(/rackhand_bmc_answer_seconds_bucket\{question="act",le="\+Inf"\} 1/);
  expect(text).toMatch(/process_resident_memory_bytes \d+/);
});

test("what the alert rules count begins at 0, so that the first panic since the service's start is told", async () => {
  const text = await scraped();

  for (const sighting of ["installer-error", "kernel-panic", "initramfs-shell"])
    expect(text).toContain(`rackhand_console_sightings_total{sighting="${sighting}"} 0`);
  expect(text).toContain('rackhand_boot_failures_total{sighting="no-boot-device"} 0');
  expect(text).toContain('rackhand_installs_total{outcome="failed"} 0');
});

test("the example alert rules are taken by promtool, and name only what there is", async () => {
  const { stdout } = await run("promtool", ["check", "rules", RULES]);
  const rules = readFileSync(RULES, "utf8");
  const named = rules.match(/\brackhand_\w+/g) ?? [];

  expect(stdout).toContain("SUCCESS");
  for (const of of ["installer-error", "kernel-panic", 'verdict="fail"']) expect(rules).toContain(of);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
});
