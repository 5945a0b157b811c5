import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { systemMirror } from "../../src/image/system-mirror.ts";
import { findRack } from "../../src/rack/rack.ts";
import { releaseRack } from "./release-rack.ts";

/**
 * The real installer, from power-on to the first dialog that it cannot get past: its mirror has Debian's signed
 * index and none of the packages. Many minutes without KVM.
 */
const LIMIT = 40 * 60_000;
const MIRROR = ["10.77.0.1", "8080"] as const;
const WRONG = "Download installer components: The installer failed to download a file from the mirror";
const INDEX = "main/debian-installer/binary-amd64/Packages.gz";
/** By this one it knows that the mirror has its architecture. */
const ARCHITECTURE = "main/binary-amd64/Release";

const { it, state, rackhand, refused, serve, keep, attended, story } = releaseRack(["debian-12"]);

/** What Debian signed of its installer's packages, and the first lines of none of them. */
async function signedIndex(directory: string): Promise<void> {
  const { uris } = await systemMirror();
  for (const file of ["InRelease", "Release", "Release.gpg", ARCHITECTURE, INDEX]) {
    const answer = await fetch(`${uris[0]}/dists/bookworm/${file}`);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const path = join(directory, "debian/dists/bookworm", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    if (file === INDEX) writeFileSync(path.replace(/\.gz$/, ""), gunzipSync(bytes));
  }
}

/** One profile, which takes its packages from there. */
function settings(): string {
  const file = join(state(), "rackhand.toml");
  const key = `ssh-ed25519 ${"A".repeat(68)}`;
  writeFileSync(
    file,
    `[profiles.web]\nmirror = "http://${MIRROR.join(":")}/debian"\n[profiles.web.root]\nssh-keys = ["${key}"]\n`,
  );
  return file;
}

it(
  "the installer's own error dialog ends the install with its text, and nothing stays armed",
  LIMIT,
  async () => {
    await serve("--config", settings());
    await rackhand("rack", "up", "--disk-gb", "4");
    const mirror = join(state(), "mirror-of-none");
    await signedIndex(mirror);
    const serving = [process.execPath, join(import.meta.dirname, "static-files.mjs"), mirror, ...MIRROR];
    keep((await findRack(state()))!.run(serving as [string, ...string[]], { stdio: "inherit" }));
    await attended();

    const wish = ["--image", "debian-12", "--profile", "web", "--disk", "rack-m1", "--despite", "--watch"];
    const watched = await refused("install", "m1", ...wish);

    expect(watched, watched?.stderr).toMatchObject({ code: 1, stdout: expect.stringContaining(WRONG) });
    expect(await story(1)).toMatchObject({ state: "failed", says: expect.stringContaining(WRONG) });
    const shown = JSON.parse(await rackhand("machine", "show", "m1", "--json"));
    expect(shown.machine).toMatchObject({ installed: null, plan: { kind: "installer", state: "used" } });
    const recordings = join(state(), "recordings");
    const said = readdirSync(recordings)
      .map((file) => readFileSync(join(recordings, file), "latin1"))
      .join("");
    expect(said).toContain("Download installer components");
  },
);
