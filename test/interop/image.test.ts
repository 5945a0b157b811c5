import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { reason } from "../../src/base/fault.ts";
import { DEFAULT_SERIAL } from "../../src/base/serial-profile.ts";
import { latin1 } from "../../src/base/text.ts";
import { checkTree } from "../../src/image/check-tree.ts";
import { readDeb822Sources, sourceStanza } from "../../src/image/core/apt-sources.ts";
import type { InstallerTree } from "../../src/image/core/installer-tree.ts";
import { renderTree } from "../../src/image/core/render-tree.ts";
import { fetchDebian } from "../../src/image/fetch-debian.ts";
import { findImage } from "../../src/image/find-image.ts";
import { loadMenus } from "../../src/image/load-menus.ts";
import { prepareApt } from "../../src/image/private-apt.ts";
import { systemMirror } from "../../src/image/system-mirror.ts";
import { scratch } from "../../src/image/testing/scratch.ts";
import { openTree } from "../../src/image/tree.ts";
import { localWork } from "../../src/main/local.ts";
import { findPlace } from "../../src/main/place.ts";
import { commandLine } from "../support/command-line.ts";

const CAPTURES = new URL("../../captures/trees/", import.meta.url).pathname;
const STATE =
  process.env.RACKHAND_TEST_STATE ??
  (process.getuid?.() === 0
    ? "/var/cache/rackhand-test"
    : join(tmpdir(), `rackhand-test-${process.getuid?.()}`));
const FETCH_MS = 10 * 60_000;

/** The tree, or why this machine cannot have it. */
let trixie: InstallerTree | string = "not fetched yet";
beforeAll(async () => {
  trixie = await findImage("debian-13", STATE)
    .catch(() => fetchDebian({ name: "debian-13", stateDirectory: STATE }))
    .catch((error: unknown) => reason(error));
}, FETCH_MS);

const treeOf = {
  "debian-12": () => findImage("debian-12", STATE).catch((error: unknown) => reason(error)),
  "debian-13": async () => trixie,
} as const;

test("`image list` shows whose GRUB serves each image", async (context) => {
  if (typeof trixie === "string") return context.skip(trixie);
  const signals = { stopped: new AbortController().signal, onHangup: () => {} };
  const local = localWork(findPlace({ ...process.env, RACKHAND_STATE: STATE }, 1), signals, "anna");

  const { out } = await commandLine(() => "http://127.0.0.1:9", { local })("image", "list");

  const shown = out.split("\n").filter((line) => /^debian-1[23] /.test(line));
  expect(shown.length).toBeGreaterThan(0);
  for (const line of shown) expect(line).toMatch(/ 2\.12-\S+ \(debian-13\) /);
}, 60_000);

for (const [name, suite] of [
  ["debian-12", "bookworm"],
  ["debian-13", "trixie"],
] as const) {
  test(`the real tree of ${name} is read, is whole, and its kernel fits its initrd`, async (context) => {
    const tree = await treeOf[name]();
    if (typeof tree === "string") return context.skip(tree);

    expect(tree).toMatchObject({ suite, arch: "amd64", flavour: "text" });
    expect(tree.kernelRelease).toMatch(/^\d+\.\d+\.\d+.*-amd64$/);
    expect(tree.kernelPackage).toMatch(/^\d+\.\d+\.\d+-\d+$/);
    expect((await checkTree(tree)).map(({ is, says }) => (is === "pass" ? is : says))).toEqual([
      "pass",
      "pass",
      "pass",
    ]);
  });

  test(`the real menus of ${name} come out as the recorded ones`, async (context) => {
    const tree = await treeOf[name]();
    if (typeof tree === "string") return context.skip(tree);
    const texts = await loadMenus(tree);
    const files = renderTree(texts, {
      serial: DEFAULT_SERIAL,
      choice: { stay: true },
      base: "http://10.0.0.1",
    });

    for (const [path, bytes] of files) {
      // menu.ipxe names the build, which moves with each point release.
      const expected = readFileSync(join(CAPTURES, suite, "after", path), "latin1");
      expect(latin1(bytes).replaceAll(tree.build, "20260101"), path).toBe(expected);
    }
  });
}

test("a netboot.tar.gz that was unpacked is the same tree as the package", async (context) => {
  const tree = await treeOf["debian-12"]();
  if (typeof tree === "string") return context.skip(tree);
  const folder = scratch();
  const archive = join(folder, "netboot.tar.gz");
  spawnSync("tar", ["-C", tree.root, "--exclude=initrd.gz", "-czf", archive, "."]);
  spawnSync("tar", ["-C", folder, "-xzf", archive]);

  expect(await openTree(folder)).toEqual({ ...tree, root: folder });
  rmSync(folder, { recursive: true });
});

test("apt's own state stays as it was, and a second fetch finds all there", {
  timeout: FETCH_MS,
}, async (context) => {
  if (typeof trixie === "string" || !trixie.root.startsWith(STATE))
    return context.skip(`not fetched: ${reason(trixie)}`);
  const seen = () => ["/var/lib/apt/lists", "/var/cache/apt", "/etc/apt"].filter(existsSync).flatMap(stamps);
  const before = seen();
  const lines: string[] = [];
  const again = await fetchDebian({
    name: "debian-13",
    stateDirectory: STATE,
    progress: (line) => lines.push(line),
  });

  expect(again.suite).toBe("trixie");
  expect(seen()).toEqual(before);
  expect(lines.length).toBeGreaterThan(0);
});

const stamps = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`);

test("a package of the right size and wrong bytes is not believed", {
  timeout: FETCH_MS,
}, async (context) => {
  if (typeof trixie === "string") return context.skip(`the mirror gave nothing: ${trixie}`);
  const stateDirectory = scratch();
  const apt = await prepareApt(
    join(stateDirectory, "apt/debian-13-amd64"),
    "trixie",
    "amd64",
    await systemMirror(),
  );
  const ask = (...args: string[]) =>
    spawnSync("apt-get", [...apt.options, ...args], { encoding: "utf8" }).stdout;
  ask("update");
  const uris = ask("--print-uris", "download", "debian-installer-13-netboot-amd64");
  const [, file, bytes] = /^'[^']*' (\S+) (\d+)/m.exec(uris)!;
  writeFileSync(join(apt.download, file!), "not Debian");
  truncateSync(join(apt.download, file!), Number(bytes));
  const tree = await fetchDebian({ name: "debian-13", stateDirectory });

  expect((await checkTree(tree)).map(({ is }) => is)).toEqual(["pass", "pass", "pass"]);
  rmSync(stateDirectory, { recursive: true });
});

test("an archive that another key signs is refused", { timeout: FETCH_MS }, async (context) => {
  const other = "/usr/share/keyrings/debian-archive-removed-keys.gpg";
  if (typeof trixie === "string" || !existsSync(other))
    return context.skip("no mirror, or no other key here");
  const mirror = debianSourcesOfThisMachine();
  const aptDirectory = scratch();
  mkdirSync(join(aptDirectory, "sources.list.d"));
  writeFileSync(
    join(aptDirectory, "sources.list.d/debian.sources"),
    sourceStanza({ ...mirror, signedBy: other }, "trixie"),
  );

  await expect(
    fetchDebian({ name: "debian-13", stateDirectory: scratch(), aptDirectory }),
  ).rejects.toMatchObject({
    id: "image.fetch-failed",
    says: expect.stringMatching(/NO_PUBKEY|not signed|signature/i),
  });
});

function debianSourcesOfThisMachine() {
  const written = readFileSync(join(STATE, "apt/debian-13-amd64/debian.sources"), "utf8");
  return readDeb822Sources(written)[0]!;
}

test("without a source of Debian nothing is fetched, and the fault says so", async () => {
  const wish = { name: "debian-13", stateDirectory: scratch() } as const;

  await expect(fetchDebian({ ...wish, aptDirectory: wish.stateDirectory })).rejects.toMatchObject({
    id: "image.fetch-failed",
    says: expect.stringContaining("no source of Debian itself"),
  });
});
