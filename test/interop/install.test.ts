import { afterEach, beforeEach, expect, test } from "vitest";
import type { Image } from "../../src/api/shapes.ts";
import type { SightingId } from "../../src/console/core/sightings.ts";
import { HASH, openOneService } from "../support/one-service.ts";

let service: Awaited<ReturnType<typeof openOneService>>;
beforeEach(async () => {
  service = await openOneService();
});
afterEach(() => service.close());

const KEY = `AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)}`;
const patient = { timeout: 20_000, interval: 50 };

async function attended() {
  const begun = service.startAgent();
  service.attach(begun.agent);
  const ready = async () => {
    const { power, console } = await service.api.ask("showMachine", { name: "m1" });
    return [power, console.is];
  };
  await expect.poll(() => ready().catch(() => null), patient).toEqual(["off", "attached"]);
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
  const { told, shows, says } = await attended();
  shows("login-prompt", "m1 shows its login prompt"); // of the system that was there before

  const { id } = await service.api.ask("install", { name: "m1" });
  await expect.poll(() => acts(id), patient).toEqual(["boot"]);
  shows("kernel-started", "Linux 6.1.0-50-amd64 started");
  await expect.poll(() => acts(id), patient).toContain("see the installer");
  says(`\r\nsshkey: ${KEY}\r\n\r\nweb1 login: `);
  shows("login-prompt", "web1 shows its login prompt");

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  expect(told.filter((act) => act.startsWith("power"))).toEqual(["power on"]);
  const installed = async () => (await service.api.ask("showMachine", { name: "m1" })).installed;
  await expect.poll(installed, patient).toMatchObject({ story: id, hostKey: `ssh-ed25519 ${KEY}` });
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

test("looking first tells everything that speaks against it at once, and touches nothing", async () => {
  const { told, agent } = await attended();
  service.images.push(FAILED);
  const ask = { name: "m1", profile: "none-such", disks: ["/dev/sda"] };

  const looked = await service.api.ask("preflight", ask);
  const refused = service.api.ask("install", ask);

  const against = looked.findings.filter(({ is }) => is === "fail");
  expect(looked.overall).toBe("fail");
  expect(against.map(({ id, overrule = false }) => [id, overrule])).toEqual([
    ["image-skew", true],
    ["wish", false],
  ]);
  await expect(refused).rejects.toMatchObject({
    id: "install.not-ready",
    says: expect.stringMatching(/kernel[\s\S]*sda/),
  });
  expect([await planOf(), told.filter((act) => act !== "break")]).toEqual([null, []]);
  expect(agent.machineCalled("m1")).toBeDefined();
});

test("what may be chosen is what is here: images of each method, the settings' profiles, the recipes", async () => {
  service.images.push(FAILED);

  const { methods, profiles, recipes } = await service.api.ask("installChoices", {});

  expect(methods).toEqual([
    { method: "installer", images: expect.arrayContaining(["debian-12"]), usual: "debian-12" },
    { method: "imaged", images: ["debian-13"], usual: "debian-13" },
  ]);
  expect(profiles).toEqual(["web"]);
  expect(recipes).toContainEqual({ name: "raid1-lvm", disks: 2 });
});

test("an image that was not checked yet is told as a doubt, and the install's event has it", async () => {
  await attended();

  const { overall, findings } = await service.api.ask("preflight", {
    name: "m1",
    profile: "web",
    disks: ["S3Z8NX0K"],
  });
  await service.api.ask("install", { name: "m1", profile: "web", disks: ["S3Z8NX0K"] });

  expect(overall).toBe("unknown");
  expect(findings.filter(({ is }) => is !== "pass").map(({ id }) => id)).toEqual(["image-check"]);
  const asked = async () => {
    const { events } = await service.api.ask("timeline", { name: "m1", limit: 1000 });
    return events.find(({ kind }) => kind === "install.asked")?.says ?? "";
  };
  await expect.poll(asked, patient).toContain("not checked yet");
});

test("a password hash reaches the machine's preseed, and no answer, event or story", async () => {
  const { agent } = await attended();
  const { id } = await service.api.ask("install", { name: "m1", profile: "web", disks: ["S3Z8NX0K"] });
  await expect.poll(() => agent.machineCalled("m1")?.preseed, patient).toContain(HASH);

  const shown = await service.api.ask("showPreseed", { name: "m1", profile: "web" });
  const { events } = await service.api.ask("timeline", { name: "m1", limit: 1000 });
  const machine = await service.api.ask("showMachine", { name: "m1" });

  expect(shown.text).toContain("passwd/root-password-crypted");
  expect(JSON.stringify([shown, events, machine, await story(id)])).not.toContain(HASH);
});
