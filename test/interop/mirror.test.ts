import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { reason } from "../../src/base/fault.ts";
import { type CheckWish, checkImage } from "../../src/image/check-image.ts";
import { fetchDebian } from "../../src/image/fetch-debian.ts";
import { findImage } from "../../src/image/find-image.ts";
import { openMirror } from "../../src/image/mirror.ts";
import { type DebianMirror, debianMirror } from "../../src/image/testing/debian-mirror.ts";
import { pretendMirror } from "../../src/image/testing/pretend-mirror.ts";
import { scratch } from "../../src/image/testing/scratch.ts";
import { type SmallTree, smallTree } from "../../src/image/testing/small-tree.ts";
import { openTree } from "../../src/image/tree.ts";

const CAPTURES = new URL("../../captures/mirror/", import.meta.url).pathname;
const captured = (name: string) => readFileSync(join(CAPTURES, name), "utf8");
const STATE =
  process.env.RACKHAND_TEST_STATE ??
  (process.getuid?.() === 0
    ? "/var/cache/rackhand-test"
    : join(tmpdir(), `rackhand-test-${process.getuid?.()}`));
const INDEX = "dists/bookworm/main/debian-installer/binary-amd64/Packages.gz";
const [BUILD, NOW] = ["20230607+deb12u15", Date.parse("2026-11-24T12:00:00Z")];

const bookworm = (more: { tree?: string; byHash?: boolean } = {}): Promise<DebianMirror> =>
  debianMirror({ suite: "bookworm", build: BUILD, packages: captured("bookworm.Packages"), ...more });

/** What each finding is, and its sentence, by its id. */
async function check({ root }: SmallTree, { url, keyring }: DebianMirror, more: Partial<CheckWish> = {}) {
  const tree = await openTree(root);
  const { overall, findings } = await checkImage(tree, {
    mirror: url,
    keyring,
    now: NOW,
    every: true,
    ...more,
  });
  const is = Object.fromEntries(findings.map((finding) => [finding.id, finding.is]));
  const says = Object.fromEntries(findings.map((finding) => [finding.id, finding.says]));
  const remedy = Object.fromEntries(findings.map((finding) => [finding.id, finding.remedy]));
  return { overall, is, says, remedy };
}

test("an image that fits a whole mirror passes in every respect that its small tree has", async () => {
  const tree = smallTree("bookworm");
  const found = await check(tree, await bookworm({ tree: tree.root }));

  expect(found.overall).toBe("pass");
  expect(found.is).toEqual({
    menus: "pass",
    files: "pass",
    "initrd-kernel": "pass",
    release: "pass",
    skew: "pass",
    udebs: "pass",
    complete: "pass",
    build: "pass",
    origin: "pass",
    loaders: "unknown", // the small tree's have no SBAT section
  });
});

test("an installer of deb8u1 that is still served beside a mirror of deb8u3 fails before somebody boots it", async () => {
  const tree = smallTree("jessie", { kernel: "3.16.0-4-amd64" });
  const f1 = "debian-installer/amd64/boot-screens/f1.txt";
  tree.put(f1, readFileSync(join(tree.root, f1), "latin1").replace("deb8u3", "deb8u1"));
  const packages = captured("bookworm.Packages").replaceAll(/6\.1\.0-(47|50)-amd64/g, "3.16.0-6-amd64");
  const mirror = await debianMirror({ suite: "jessie", build: "20150422+deb8u3", packages });
  const found = await check(tree, mirror);

  expect(found.overall).toBe("fail");
  expect(found.is).toMatchObject({ skew: "fail", udebs: "fail", build: "warn" });
  expect(found.says.skew).toBe(
    "The image (build 20150422+deb8u1) boots Linux 3.16.0-4-amd64, the mirror has modules for 3.16.0-6-amd64. " +
      'The installer will stop at "No kernel modules were found"; whoever goes on has no ext4 and no disks.',
  );
  expect(found.remedy.skew).toContain("newest netboot.tar.gz, then restart its TFTP server");
  expect(found.says.build).toContain("older than the mirror's current one, 20150422+deb8u3");
});

test("an image of the last point release is warned, and passes", async () => {
  const found = await check(smallTree("bookworm", { kernel: "6.1.0-47-amd64" }), await bookworm());

  expect([found.overall, found.is.skew, found.is.udebs]).toEqual(["pass", "warn", "pass"]);
});

test("a Release file that was changed, or that a stranger signed, is not believed in anything", async () => {
  const [mirror, stranger] = [await bookworm(), await bookworm()];
  const path = "dists/bookworm/InRelease";
  const signed = String(mirror.files.get(path));
  mirror.files.set(path, signed.replace("0.1", "0.2"));
  const changed = await check(smallTree("bookworm"), mirror);
  mirror.files.set(path, signed);
  const foreign = await check(smallTree("bookworm"), { ...mirror, keyring: stranger.keyring });

  expect([changed.overall, changed.is.release, changed.is.skew]).toEqual(["fail", "fail", undefined]);
  expect(changed.says.release).toContain("its signature does not fit its text");
  expect([foreign.is.release, foreign.is.skew]).toEqual(["fail", undefined]);
  expect(foreign.remedy.release).toContain("--keyring FILE");
});

test("another suite's signed Release file in its place is refused", async () => {
  const mirror = await bookworm();
  mirror.files.set("dists/trixie/InRelease", mirror.files.get("dists/bookworm/InRelease")!);
  const found = await check(smallTree("bookworm"), mirror, { suite: "trixie" });

  expect(found.says.release).toContain("it is the Release file of bookworm");
});

test("a real mirror that served the last point release's index under the new Release file could not be told", async () => {
  const mirror = await debianMirror({ suite: "trixie", build: "1", packages: "" });
  mirror.files.set("dists/trixie/InRelease", mirror.key.clearSign(captured("trixie.Release")));
  const path = "dists/trixie/main/debian-installer/binary-amd64/Packages.gz";
  mirror.files.set(path, gzipSync(captured("trixie.Packages")));
  const found = await check(smallTree("trixie", { kernel: "6.12.107+deb13-amd64" }), mirror);

  expect([found.overall, found.is.skew]).toEqual(["unknown", "unknown"]);
  expect(found.says.skew).toContain("Packages.gz is not what the Release file lists: it has");
});

test.each([
  [
    "of the right size with wrong bytes",
    (bytes: Buffer) => Buffer.alloc(bytes.length),
    "its hash is another",
  ],
  ["cut short", (bytes: Buffer) => bytes.subarray(0, 100), "it has 100 bytes"],
])("an index %s could not be told", async (_, spoil, why) => {
  const mirror = await bookworm();
  mirror.files.set(INDEX, spoil(mirror.files.get(INDEX) as Buffer));
  const found = await check(smallTree("bookworm"), mirror);

  expect([found.overall, found.is.skew]).toEqual(["unknown", "unknown"]);
  expect(found.says.skew).toContain(why);
});

test("a mirror without the installer's section fails, one that has it only as .xz could not be told", async () => {
  const mirror = await bookworm();
  mirror.files.delete(INDEX);
  const without = await check(smallTree("bookworm"), mirror);
  mirror.files.set(INDEX.replace(/gz$/, "xz"), "xz");
  const packed = await check(smallTree("bookworm"), mirror);

  expect([without.overall, without.says.skew]).toEqual([
    "fail",
    expect.stringContaining("no main/debian-installer"),
  ]);
  expect([packed.overall, packed.says.skew]).toEqual(["unknown", expect.stringContaining("only as .xz")]);
});

test("the index is asked for by its hash where that is announced, so a mirror that moved on is no trouble", async () => {
  const mirror = await bookworm({ byHash: true });
  const [, hash] = /^ ([0-9a-f]{64}) \d+ main\/debian-installer/m.exec(
    String(mirror.files.get("dists/bookworm/InRelease")),
  )!;
  mirror.files.set(INDEX.replace("Packages.gz", `by-hash/SHA256/${hash}`), mirror.files.get(INDEX)!);
  mirror.files.set(INDEX, "the next point release's");

  expect((await check(smallTree("bookworm"), mirror)).is.skew).toBe("pass");
});

test("udebs that are listed and not there, or of another size, are found", async () => {
  const mirror = await bookworm();
  const [gone, short] = ["ext4", "md"].map((name) =>
    [...mirror.files.keys()].find((path) => path.includes(`${name}-modules-6.1.0-50`)),
  );
  mirror.files.delete(gone!);
  mirror.files.set(short!, "short");
  const found = await check(smallTree("bookworm"), mirror);

  expect([found.overall, found.is.skew, found.is.complete]).toEqual(["fail", "pass", "fail"]);
  expect(found.says.complete).toMatch(
    /2 of 57 .* ext4-modules-6.1.0-50-amd64-di, md-modules.* \(5 bytes, listed \d+\)/,
  );
});

test("without --every a sample is asked for, of the kernel's modules and of what is always loaded", async () => {
  const mirror = await bookworm();
  const found = await check(smallTree("bookworm"), mirror, { every: false });
  const asked = mirror.asked.filter((line) => line.startsWith("HEAD pool/"));

  expect(found.is.complete).toBe("pass");
  expect(asked.length).toBeLessThan(20);
  expect(asked.some((line) => line.includes("partman-base"))).toBe(true);
});

test("the preseed's mirror and suite are the ones that are looked at", async () => {
  const mirror = await bookworm();
  const { host, pathname } = new URL(mirror.url);
  const preseed = join(scratch(), "preseed.cfg");
  writeFileSync(
    preseed,
    `d-i mirror/http/hostname string ${host}\nd-i mirror/http/directory string ${pathname}\nd-i mirror/suite string oldstable\n`,
  );
  for (const [path, bytes] of [...mirror.files])
    mirror.files.set(path.replace("bookworm", "oldstable"), bytes);
  const tree = await openTree(smallTree("bookworm").root);
  const checked = await checkImage(tree, { preseed, keyring: mirror.keyring, now: NOW });

  expect(checked).toMatchObject({ overall: "pass", mirror: mirror.url, suite: "oldstable" });
  await expect(checkImage(tree, { preseed: "/nowhere", now: NOW })).rejects.toMatchObject({
    id: "use.wrong",
  });
});

test("a mirror that does not answer could not be told, and what is on disk is still said", async () => {
  const mirror = await bookworm();
  const found = await check(smallTree("bookworm"), { ...mirror, url: "http://127.0.0.1:2/debian" });

  expect([found.overall, found.is.skew, found.is.files]).toEqual(["unknown", "unknown", "pass"]);
  expect(found.says.skew).toContain("ECONNREFUSED");
});

test("a file that breaks off, falls silent, or is too large is an error and never a shorter file", async () => {
  const files = new Map([["file", Buffer.alloc(1000)]]);
  const mirror = await pretendMirror(files);
  const { bytes, stream } = openMirror(mirror.url, undefined, 100);
  mirror.cut("file", [10, 10], "broken");
  const read = async () => {
    for await (const piece of (await stream("file", 0))!.pieces) void piece;
  };

  await expect(read()).rejects.toThrow();
  await expect(bytes("file", 1000)).rejects.toThrow(`${mirror.url}/file`);
  mirror.cut("file", [10], "silent");
  await expect(read()).rejects.toThrow("silent for 100 ms");
  await expect(bytes("file", 999)).rejects.toThrow("it is larger than 999 B");
});

test("what is here already and longer than the mirror's file is fetched from its beginning", async () => {
  const mirror = openMirror((await pretendMirror(new Map([["file", "whole"]]))).url);

  expect(await mirror.stream("file", 3)).toMatchObject({ from: 3, length: 5 });
  expect(await mirror.stream("file", 9)).toMatchObject({ from: 0, length: 5 });
});

test("a kernel that Debian did not sign fails, a menu that somebody changed is a warning", async () => {
  const tree = smallTree("bookworm");
  const mirror = await bookworm({ tree: tree.root });
  tree.put(
    "debian-installer/amd64/boot-screens/txt.cfg",
    "label install\n\tkernel debian-installer/amd64/linux\n",
  );
  const menu = await check(tree, mirror);
  tree.put("debian-installer/amd64/pxelinux.0", "another loader");
  const loader = await check(tree, mirror);

  expect([menu.overall, menu.is.origin]).toEqual(["pass", "warn"]);
  expect([loader.overall, loader.says.origin]).toEqual(["fail", expect.stringContaining("amd64/pxelinux.0")]);
});

for (const name of ["debian-12", "debian-13"] as const) {
  test(`this machine's own mirror answers about ${name}`, { timeout: 10 * 60_000 }, async (context) => {
    const tree = await findImage(name, STATE)
      .catch(() => fetchDebian({ name, stateDirectory: STATE }))
      .catch((error: unknown) => reason(error));
    if (typeof tree === "string") return context.skip(tree);
    const { mirror, findings } = await checkImage(tree, { now: Date.now() });
    const release = findings.find(({ id }) => id === "release");
    if (release === undefined) return context.skip(`no mirror: ${mirror ?? "none"}`);
    const skew = findings.find(({ id }) => id === "skew")!;

    expect(release).toMatchObject({ is: "pass", says: expect.stringContaining(tree.suite) });
    // A mirror between two point releases could not be told, and says so; a matching index is no surprise.
    if (skew.is === "unknown") expect(skew.says).toContain("is not what the Release file lists");
    else expect(["pass", "warn"]).toContain(skew.is);
    if (skew.is !== "unknown") expect(findings.find(({ id }) => id === "origin")?.is).toBe("pass");
  });
}
