import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findImage } from "../../src/image/find-image.ts";
import { type PullWish, pullImage } from "../../src/image/pull-image.ts";
import { type DebianMirror, debianMirror } from "../../src/image/testing/debian-mirror.ts";
import { scratch } from "../../src/image/testing/scratch.ts";
import { type SmallTree, smallTree } from "../../src/image/testing/small-tree.ts";

const [OLD, NEW] = ["20230607+deb12u14", "20230607+deb12u15"];
const archiveOf = (build: string) =>
  `dists/bookworm/main/installer-amd64/${build}/images/netboot/netboot.tar.gz`;

function treeOf(build: string): SmallTree {
  const tree = smallTree("bookworm");
  tree.put("version.info", `Debian version:  12 (bookworm)\nInstaller build: ${build}\n`);
  tree.put("debian-installer/amd64/grub/font.pf2", noise(200_000)); // does not pack: something to cut off in
  return tree;
}

const noise = (length: number): Buffer =>
  Buffer.concat(
    Array.from({ length: length / 32 }, (_, i) => createHash("sha256").update(String(i)).digest()),
  );

const mirrorOf = (build: string, tree: string) =>
  debianMirror({ suite: "bookworm", build, version: "12.15", packages: "", tree });

function puller(stateDirectory = scratch()) {
  const lines: string[] = [];
  const pull = ({ url, keyring }: DebianMirror, more: Partial<PullWish> = {}) => {
    const progress = (line: string) => void lines.push(line);
    return pullImage({ name: "debian-12", stateDirectory, mirror: url, keyring, progress, ...more });
  };
  const generations = () => readdirSync(join(stateDirectory, "images/debian-12")).sort();
  return { pull, lines, stateDirectory, generations };
}

test("the mirror's archive is verified, unpacked and found by its name", async () => {
  const { pull, lines, stateDirectory } = puller();
  const tree = await pull(await mirrorOf(NEW, treeOf(NEW).root));

  expect(tree).toMatchObject({ build: NEW, suite: "bookworm" });
  expect(tree.root).toContain("debian-12/generation-1/tree");
  expect(await findImage("debian-12", stateDirectory, "/nowhere")).toEqual(tree);
  expect(lines).toContain("bookworm 12.15, signed by A Pretended Archive");
  expect(lines).toContain("fetched 100 %");
  expect(readdirSync(join(stateDirectory, "images")).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("what is here already is not fetched again; a new build comes beside the old one, which stays whole", async () => {
  const { pull, generations } = puller();
  const mirror = await mirrorOf(OLD, treeOf(OLD).root);
  const old = await pull(mirror);
  const before = mirror.asked.length;
  await pull(mirror);
  const again = mirror.asked.slice(before);
  const fresh = await pull(await mirrorOf(NEW, treeOf(NEW).root));

  expect(again.filter((line) => line.includes("netboot.tar.gz"))).toEqual([]);
  expect(generations()).toEqual(["generation-1", "generation-2"]);
  expect(fresh.build).toBe(NEW);
  expect(readFileSync(join(old.root, "version.info"), "utf8")).toContain(OLD);
});

test("a connection that breaks is taken up where it broke", { timeout: 30_000 }, async () => {
  const { pull, lines } = puller();
  const mirror = await mirrorOf(NEW, treeOf(NEW).root);
  mirror.cut(archiveOf(NEW), [50_000, 70_000]);
  const tree = await pull(mirror);

  expect(tree.build).toBe(NEW);
  expect(mirror.asked.filter((line) => line.startsWith(`GET ${archiveOf(NEW)}`))).toEqual([
    `GET ${archiveOf(NEW)}`,
    expect.stringMatching(/ from [1-9]\d*$/),
    expect.stringMatching(/ from [1-9]\d*$/),
  ]);
  expect(lines.some((line) => line.includes("going on from"))).toBe(true);
});

test("a mirror that goes away in the middle and stays away ends it; what was there stays, and the next pull goes on", async () => {
  const { pull, generations, stateDirectory } = puller();
  await pull(await mirrorOf(OLD, treeOf(OLD).root));
  const mirror = await mirrorOf(NEW, treeOf(NEW).root);
  mirror.cut(archiveOf(NEW), [100_000, 0, 0, 0]);

  await expect(pull(mirror)).rejects.toMatchObject({ id: "image.pull-failed", remedy: /./ });
  const left = await findImage("debian-12", stateDirectory, "/nowhere");
  const before = mirror.asked.length;
  await pull(mirror); // it is back

  expect([left.build, generations()]).toEqual([OLD, ["generation-1", "generation-2"]]);
  const asked = mirror.asked.slice(before).filter((line) => line.startsWith(`GET ${archiveOf(NEW)}`));
  expect(asked).toEqual([`GET ${archiveOf(NEW)} from 100000`]);
});

test("what an earlier, killed pull left is gone on with, or thrown away when it does not fit", async () => {
  const [left, spoilt] = [puller(), puller()];
  const mirror = await mirrorOf(NEW, treeOf(NEW).root);
  const archive = mirror.files.get(archiveOf(NEW)) as Buffer;
  const [, sum] = /^([0-9a-f]{64}) {2}.\/netboot\/netboot.tar.gz$/m.exec(
    String(mirror.files.get(archiveOf(NEW).replace("netboot/netboot.tar.gz", "SHA256SUMS"))),
  )!;
  const part = ({ stateDirectory }: typeof left) =>
    join(stateDirectory, "images", `.bookworm-amd64-${sum!.slice(0, 16)}.part`);
  for (const one of [left, spoilt]) await expect(one.pull(await mirrorOf("1", ""))).rejects.toThrow();
  writeFileSync(part(left), archive.subarray(0, 100_000));
  writeFileSync(part(spoilt), Buffer.alloc(100_000));
  await left.pull(mirror);
  const forLeft = mirror.asked.filter((line) => line.startsWith("GET") && line.includes("netboot.tar.gz"));
  await spoilt.pull(mirror);
  const forBoth = mirror.asked.filter((line) => line.startsWith("GET") && line.includes("netboot.tar.gz"));

  expect(forLeft).toEqual([`GET ${archiveOf(NEW)} from 100000`]);
  expect(forBoth.slice(1)).toEqual([`GET ${archiveOf(NEW)} from 100000`, `GET ${archiveOf(NEW)}`]);
});

test("an archive with the wrong hash is refused, and what was there stays", async () => {
  const { pull, generations, stateDirectory } = puller();
  await pull(await mirrorOf(OLD, treeOf(OLD).root));
  const mirror = await mirrorOf(NEW, treeOf(NEW).root);
  mirror.files.set(archiveOf(NEW), mirror.files.get(archiveOf(OLD)) ?? Buffer.alloc(1000));

  await expect(pull(mirror)).rejects.toMatchObject({
    id: "image.pull-failed",
    says: expect.stringContaining("does not have the hash that Debian signed"),
  });
  expect(generations()).toEqual(["generation-1"]);
  expect((await findImage("debian-12", stateDirectory, "/nowhere")).build).toBe(OLD);
});

test("an archive in which a single file is another is refused, and so is a link that leads out", async () => {
  const { pull, stateDirectory } = puller();
  const tree = treeOf(NEW);
  const sums = await mirrorOf(NEW, tree.root);
  tree.put("debian-installer/amd64/pxelinux.0", "another loader");
  const changed = await mirrorOf(NEW, tree.root);
  const mixed = await debianMirror({
    suite: "bookworm",
    build: NEW,
    packages: "",
    tree: tree.root,
    sumsOf: [...sums.files].flatMap(([path, bytes]) =>
      path.endsWith("SHA256SUMS") ? String(bytes) : [],
    )[0]!,
  });
  symlinkSync("/etc/passwd", join(tree.root, "debian-installer/amd64/linux.old"));
  const leading = await mirrorOf(NEW, tree.root);

  expect((await pull(changed)).build).toBe(NEW); // the whole of it is signed
  await expect(puller().pull(mixed)).rejects.toMatchObject({
    says: expect.stringContaining("not what Debian signed: debian-installer/amd64/pxelinux.0"),
  });
  await expect(pull(leading)).rejects.toMatchObject({
    says: expect.stringContaining("linux.old is a link out of the tree"),
  });
  expect(readdirSync(join(stateDirectory, "images/debian-12"))).toEqual(["generation-1"]);
});

test("a Release file that a stranger signed stops the pull, and no package is fetched in its stead", async () => {
  const { pull, lines } = puller();
  const [mirror, stranger] = [await mirrorOf(NEW, treeOf(NEW).root), await mirrorOf(NEW, "")];

  await expect(pull({ ...mirror, keyring: stranger.keyring })).rejects.toMatchObject({
    id: "image.pull-failed",
    says: expect.stringContaining("not to be trusted: no key in"),
  });
  expect(lines.join("\n")).not.toContain("apt");
});

test("without the archive the package is the source, and the reason is said", async () => {
  const { pull, lines } = puller();
  const mirror = await mirrorOf(NEW, treeOf(NEW).root);
  mirror.files.delete(archiveOf(NEW));

  await expect(pull(mirror)).rejects.toMatchObject({ id: "image.fetch-failed" }); // this mirror has no packages
  expect(lines).toContain(
    `${mirror.url} does not carry netboot.tar.gz of installer-amd64; so the source is Debian's package ` +
      "debian-installer-12-netboot-amd64, which apt verifies.",
  );
});

test("a tree from a directory is compared with what Debian signed, and copied", async () => {
  const { pull, lines } = puller();
  const tree = treeOf(NEW);
  const mirror = await mirrorOf(NEW, tree.root);
  const pulled = await pull(mirror, { fromDirectory: tree.root });
  rmSync(tree.root, { recursive: true });

  expect(pulled).toMatchObject({ build: NEW, root: expect.stringContaining("generation-1/tree") });
  expect(lines).toEqual([expect.stringMatching(/^All \d+ files are as Debian signed them/)]);
});

test("a tree from a directory is refused when it is broken, tampered with, or of another release", async () => {
  const { pull } = puller();
  const tree = treeOf(NEW);
  const mirror = await mirrorOf(NEW, tree.root);
  const refusal = (fromDirectory: string) =>
    pull(mirror, { fromDirectory }).catch((error: { says: string }) => error.says);
  tree.put("debian-installer/amd64/pxelinux.0", "another loader");

  expect(await refusal(tree.root)).toContain("Not what Debian signed for build");
  rmSync(join(tree.root, "debian-installer/amd64/pxelinux.0"));
  expect(await refusal(tree.root)).toContain("Missing: debian-installer/amd64/pxelinux.0");
  expect(await refusal(smallTree("trixie").root)).toContain(
    "it is Debian 13 for amd64, not Debian 12 for amd64",
  );
  expect(await refusal("/nowhere")).toContain("ENOENT");
});

test("without a mirror a tree is taken as it is, and that is said", async () => {
  const { pull, lines } = puller();
  const mirror = { ...(await mirrorOf(NEW, "")), url: "http://127.0.0.1:2/debian" };
  const pulled = await pull(mirror, { fromDirectory: treeOf(NEW).root });

  expect(pulled.build).toBe(NEW);
  expect(lines).toEqual([expect.stringContaining("Taken as it is")]);
});
