import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Story } from "../../src/api/shapes.ts";
import { systemMirror } from "../../src/image/system-mirror.ts";
import { findRack } from "../../src/rack/rack.ts";
import { haveImages } from "./have-images.ts";
import { freshState, leftOvers } from "./starting.ts";

/**
 * The real installer, from power-on to the first dialog that it cannot get past: its mirror has Debian's signed
 * index and none of the packages. Many minutes without KVM.
 */
const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const isRelease = process.env.RACKHAND_RELEASE === "1";
const run = promisify(execFile);
const LIMIT = 40 * 60_000;
const MIRROR = ["10.77.0.1", "8080"] as const;
const WRONG = "Choose a mirror of the Debian archive: Architecture not supported";
const INDEX = "main/debian-installer/binary-amd64/Packages.gz";

let state: string;
let forget: () => void;
const running: ChildProcess[] = [];
beforeEach(async () => {
  if (!isRelease) return;
  await haveImages(["debian-12"], { progress: () => {}, signal: AbortSignal.timeout(500_000) });
  ({ state, forget } = freshState());
}, 600_000);
afterEach(async () => {
  if (!isRelease) return;
  await rackhand("rack", "down");
  for (const child of running.splice(0)) await ended(child);
  expect(leftOvers(state)).toEqual([]);
  if (process.env.RACKHAND_KEEP !== "1") forget();
}, 60_000);

const env = () => ({ ...process.env, RACKHAND_STATE: state });
const rackhand = async (...args: string[]) =>
  (await run(process.execPath, [MAIN, ...args], { env: env() })).stdout;

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  return gone;
}

/** What Debian signed of its installer's packages, and the first lines of none of them. */
async function signedIndex(directory: string): Promise<void> {
  const { uris } = await systemMirror();
  for (const file of ["InRelease", "Release", "Release.gpg", INDEX]) {
    const answer = await fetch(`${uris[0]}/dists/bookworm/${file}`);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const path = join(directory, "debian/dists/bookworm", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    if (file === INDEX) writeFileSync(path.replace(/\.gz$/, ""), gunzipSync(bytes));
  }
}

async function serve(): Promise<void> {
  const config = join(state, "rackhand.toml");
  writeFileSync(
    config,
    `[profiles.web]\nmirror = "http://${MIRROR.join(":")}/debian"\n[profiles.web.root]\nssh-keys = ["ssh-ed25519 ${"A".repeat(68)}"]\n`,
  );
  const service = spawn(process.execPath, [MAIN, "serve", "--port", "0", "--config", config], {
    env: env(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(service);
  await new Promise((resolve) => service.stdout!.once("data", resolve)); // it says where it answers
}

test.skipIf(!isRelease)(
  `the installer's own error dialog ends the install with its text, and nothing stays armed${isRelease ? "" : " (skipped: RACKHAND_RELEASE is not 1)"}`,
  { timeout: LIMIT },
  async () => {
    await serve();
    await rackhand("rack", "up", "--disk-gb", "4");
    const mirror = join(state, "mirror-of-none");
    await signedIndex(mirror);
    const rack = await findRack(state);
    running.push(
      rack!.run([process.execPath, join(import.meta.dirname, "static-files.mjs"), mirror, ...MIRROR], {
        stdio: "inherit",
      }),
    );
    const ready = () => rackhand("machine", "show", "m1", "--json").catch(() => "");
    await expect.poll(ready, { timeout: 60_000, interval: 500 }).toContain('"attended":true');

    const wish = ["--image", "debian-12", "--profile", "web", "--disk", "rack-m1", "--despite", "--watch"];
    const watched = await rackhand("install", "m1", ...wish).catch((failure) => failure);

    expect(watched).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(WRONG),
    });
    const story = JSON.parse(
      await rackhand("story", "show", "1", "--json").catch((failure) => failure.stdout as string),
    ) as Story;
    expect(story).toMatchObject({
      state: "failed",
      says: expect.stringContaining(WRONG),
    });
    const shown = JSON.parse(await rackhand("machine", "show", "m1", "--json"));
    expect(shown.machine).toMatchObject({ installed: null, plan: { kind: "installer", state: "used" } });
    const recordings = join(state, "recordings");
    const said = readdirSync(recordings)
      .map((file) => readFileSync(join(recordings, file), "latin1"))
      .join("");
    expect(said).toContain("Architecture not supported");
  },
);
