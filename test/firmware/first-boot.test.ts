import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../dist/main.js");
const CACHE = process.env.RACKHAND_TEST_STATE ?? "/var/cache/rackhand-test";
const BOOT_WITHIN_MS = 8 * 60_000;
const states: string[] = [];

afterEach(() => {
  for (const state of states.splice(0)) rmSync(state, { recursive: true, force: true });
});

/** A state directory of its own; fetched images are shared between runs, so that Debian 13 is fetched once. */
function freshState(): string {
  const state = mkdtempSync(join(tmpdir(), "rackhand-boot-"));
  states.push(state);
  chmodSync(state, 0o711); // the private database's own user passes through
  for (const shared of ["images", "apt"]) {
    mkdirSync(join(CACHE, shared), { recursive: true });
    symlinkSync(join(CACHE, shared), join(state, shared));
  }
  return state;
}

type Seen = { kind: string; says: string; detail: Record<string, unknown> };

async function boot(state: string, args: readonly string[], within = "7min") {
  const child = spawn(
    process.execPath,
    [MAIN, "start", "--until", "installer", "--within", within, "--json", ...args],
    {
      env: { ...process.env, RACKHAND_STATE: state },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const [out, err] = [text(child.stdout), text(child.stderr)];
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  const events = (await out)
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Seen);
  return { code, events, err: await err };
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = "";
  for await (const piece of stream) all += piece;
  return all;
}

const sightings = (events: readonly Seen[]) =>
  events.filter(({ kind }) => kind === "console.sighting").map(({ detail }) => detail.sighting);

/** Every process whose command line or environment names the state directory. */
function leftOvers(state: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const all =
          readFileSync(`/proc/${pid}/cmdline`, "latin1") + readFileSync(`/proc/${pid}/environ`, "latin1");
        return all.includes(state) ? [all.replaceAll("\0", " ").slice(0, 200)] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

test("a bare BIOS machine is powered on through its BMC and reaches Debian 12's language dialog by iPXE and HTTP", {
  timeout: BOOT_WITHIN_MS,
}, async () => {
  const state = freshState();

  const { code, events, err } = await boot(state, []);

  expect(code, err).toBe(0);
  const kinds = events.map(({ kind }) => kind);
  expect(kinds.indexOf("boot-device.set")).toBeLessThan(kinds.indexOf("power.acted"));
  expect(sightings(events)).toEqual(["pxe-rom", "debian-boot-menu", "kernel-started", "installer-dialog"]);
  expect(events.at(-1)?.detail.subject).toBe("Select a language");
  expect(events.filter(({ kind }) => kind === "plan.used").length).toBe(1);
  expect(events.find(({ detail }) => String(detail.file).endsWith("initrd.gz"))?.kind).toBe("http.ended");
  const cast = readFileSync(join(state, "recordings", readdirSync(join(state, "recordings"))[0]!), "utf8");
  expect(cast).toContain("SeaBIOS"); // from the first byte
  expect(cast).toContain("Advanced options"); // Debian's own entries stood on the serial line
  expect(leftOvers(state)).toEqual([]);
});

test("a ROM that gets no iPXE menu reaches the dialog by Debian's PXELINUX and TFTP", {
  timeout: BOOT_WITHIN_MS,
}, async () => {
  const state = freshState();

  const { code, events, err } = await boot(state, ["--loader", "pxelinux"]);

  expect(code, err).toBe(0);
  expect(new Set(sightings(events))).toEqual(
    new Set(["pxe-rom", "pxelinux", "debian-boot-menu", "kernel-started", "installer-dialog"]),
  );
  expect(events.find(({ detail }) => String(detail.file).endsWith("initrd.gz"))?.kind).toMatch(/^tftp/);
  expect(leftOvers(state)).toEqual([]);
});

test("a machine that never shows the dialog ends with exit 1, the reason and its last screen, and nothing is left", {
  timeout: 120_000,
}, async () => {
  const state = freshState();

  const { code, err } = await boot(state, [], "2s");

  expect(code).toBe(1);
  expect(err).toContain('did not show the dialog "Select a language" within 2.0 s');
  expect(err).toContain("┌────");
  expect(leftOvers(state)).toEqual([]);
});

test("Debian 13's image, fetched and verified by apt itself, boots to the dialog too", {
  timeout: BOOT_WITHIN_MS,
}, async () => {
  const state = freshState();

  const { code, events, err } = await boot(state, ["--image", "debian-13"]);

  expect(code, err).toBe(0);
  expect(sightings(events).at(-1)).toBe("installer-dialog");
  expect(events.find(({ detail }) => detail.sighting === "kernel-started")?.detail.subject).toMatch(
    /\+deb13-amd64$/,
  );
  expect(leftOvers(state)).toEqual([]);
});

test("ctrl-C in the middle stops everything in reverse and leaves nothing", {
  timeout: 120_000,
}, async () => {
  const state = freshState();
  const child = spawn(process.execPath, [MAIN, "start"], {
    env: { ...process.env, RACKHAND_STATE: state },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  const poweredOn = new Promise<void>((resolve) => {
    child.stdout.on("data", (piece) => {
      said += piece;
      if (said.includes("m1 is on")) resolve();
    });
  });
  await poweredOn;

  child.kill("SIGINT");
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));

  expect(code).toBe(130);
  expect(leftOvers(state)).toEqual([]);
});
