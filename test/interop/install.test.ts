import { afterEach, beforeEach, expect, test } from "vitest";
import type { Image } from "../../src/api/shapes.ts";
import type { SightingId } from "../../src/console/core/sightings.ts";
import { openOneService } from "../support/one-service.ts";

let service: Awaited<ReturnType<typeof openOneService>>;
beforeEach(async () => {
  service = await openOneService();
});
afterEach(() => service.close());

const patient = { timeout: 20_000, interval: 50 };

async function attended() {
  const begun = service.startAgent();
  service.attach(begun.agent);
  const ready = async () => (await service.api.ask("showMachine", { name: "m1" })).power;
  await expect.poll(() => ready().catch(() => null), patient).toBe("off");
  const shows = (sighting: SightingId, says: string) =>
    begun.agent.observe({
      ...{
        kind: "console.sighting",
        at: Date.now(),
        machine: "m1",
        says,
        detail: { sighting, subject: says },
      },
    });
  return { ...begun, shows };
}

const story = (id: number) => service.api.ask("showStory", { id });
const planOf = async () => (await service.api.ask("showMachine", { name: "m1" })).plan;
const acts = async (id: number) => (await story(id)).entries.map(({ act }) => act);
const kinds = async () =>
  (await service.api.ask("timeline", { name: "m1", limit: 1000 })).events.map(({ kind }) => kind);

test("an install is armed, booted once, and done when the new system's login prompt is seen; then the disk boots", async () => {
  const { told, shows } = await attended();
  shows("login-prompt", "m1 shows its login prompt"); // of the system that was there before

  const { id } = await service.api.ask("install", { name: "m1" });
  await expect.poll(() => acts(id), patient).toEqual(["boot"]);
  shows("kernel-started", "Linux 6.1.0-50-amd64 started");
  await expect.poll(() => acts(id), patient).toContain("see the installer");
  shows("login-prompt", "web1 shows its login prompt");

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  expect(told.filter((act) => act.startsWith("power"))).toEqual(["power on"]);
  expect(await planOf()).toMatchObject({ kind: "local", state: "armed" });
  await expect.poll(kinds, patient).toContain("install.done");
});

test("a service that ends in the middle goes on where it was, and boots nothing twice", async () => {
  const { agent, told, shows } = await attended();
  const { id } = await service.api.ask("install", { name: "m1" });
  await expect.poll(() => acts(id), patient).toEqual(["boot"]);

  await service.restart();
  service.attach(agent);
  shows("kernel-started", "Linux 6.1.0-50-amd64 started");
  shows("login-prompt", "web1 shows its login prompt");

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  expect(told.filter((act) => act.startsWith("power"))).toEqual(["power on"]);
});

test("an error dialog ends it with its text, and what was armed is disarmed", async () => {
  const { shows } = await attended();
  const { id } = await service.api.ask("install", { name: "m1" });
  shows("kernel-started", "Linux 6.1.0-50-amd64 started");
  shows("installer-error", 'The installer shows an error: "Download installer components"');

  await expect.poll(async () => (await story(id)).state, patient).toBe("failed");
  expect((await story(id)).says).toContain("Download installer components");
  expect(await planOf()).toMatchObject({ kind: "local" });
  await expect.poll(kinds, patient).toContain("install.failed");
});

test("a second install of a machine is refused while one is under way; a cancelled one makes room", async () => {
  await attended();
  const { id } = await service.api.ask("install", { name: "m1" });

  await expect(service.api.ask("install", { name: "m1" })).rejects.toMatchObject({ id: "story.open" });
  await service.api.ask("cancelStory", { id });
  await expect.poll(async () => (await story(id)).state, patient).toBe("cancelled");
  expect(await planOf()).toMatchObject({ kind: "local" });
  const { stories } = await service.api.ask("listStories", { machine: "m1" });
  expect(stories.map(({ state }) => state)).toEqual(["cancelled"]);
  expect((await service.api.ask("install", { name: "m1" })).state).toBe("open");
});

const FAILED: Image = {
  ...{ name: "debian-12", kind: "installer", release: "12", suite: "bookworm", arch: "amd64", build: "b" },
  ...{ kernelRelease: "6.1.0-50-amd64", root: "/nowhere", loaders: null },
  check: {
    at: 1,
    overall: "fail",
    findings: [{ id: "skew", is: "fail", says: "The mirror has no such kernel." }],
  },
};

test("an image that failed its check is refused before anything is armed, unless the operator says so", async () => {
  const { told } = await attended();
  service.images.push(FAILED);

  await expect(service.api.ask("install", { name: "m1" })).rejects.toMatchObject({ id: "install.image" });
  expect([await planOf(), told.filter((act) => act.startsWith("boot"))]).toEqual([null, []]);
  expect((await service.api.ask("install", { name: "m1", despite: true })).state).toBe("open");
});
