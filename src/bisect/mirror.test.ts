import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { firstStage } from "./ends.ts";
import { gitIn } from "./git.ts";
import { cloneMirror, lookAt, mirrorAt } from "./mirror.ts";
import { type Made, repository, scratch } from "./testing/repository.ts";

const never = new AbortController().signal;
const asLine = { paths: [], walk: "stages" } as const;
const whole = { paths: [], walk: "whole" } as const;

async function mirrorOf(source: Made) {
  const directory = scratch();
  const git = gitIn(directory, never);
  await cloneMirror(source.path, join(directory, "mirror.git"), git);
  return { mirror: mirrorAt(join(directory, "mirror.git"), git, source.path), directory, git };
}

test("a line's commits stand parents first, without the old end, and with the new end last", async () => {
  const source = repository();
  const ids = ["one", "two", "three", "four"].map((name) => source.commit(name));
  const { mirror } = await mirrorOf(source);

  const { stage } = await firstStage(mirror, { asked: { old: "one", new: "four" }, ...asLine });

  expect(stage).toEqual({ ids: ids.slice(1), parents: [[], [0], [1]], empty: [], merges: [], old: ids[0] });
});

test("SHA-256 repositories are read alike", async () => {
  const source = repository("sha256");
  const ids = ["one", "two", "three"].map((name) => source.commit(name));
  const { mirror } = await mirrorOf(source);

  const { stage } = await firstStage(mirror, { asked: { old: "one", new: "three" }, ...asLine });

  expect(stage.ids).toEqual(ids.slice(1));
  expect(stage.ids[0]).toHaveLength(64);
});

test("a commit whose files are its parent's is known to change nothing", async () => {
  const source = repository();
  source.commit("one");
  source.commit("empty", {});
  source.commit("three");
  const { mirror } = await mirrorOf(source);

  const { stage } = await firstStage(mirror, { asked: { old: "one", new: "three" }, ...asLine });

  expect(stage.empty).toEqual([0]);
});

/** main: base, m1, merge of side; side: base, s1, s2. */
function merged(): Made & { ids: Record<string, string> } {
  const source = repository();
  const ids: Record<string, string> = { base: source.commit("base") };
  source.git("checkout", "--quiet", "-b", "side");
  ids.s1 = source.commit("s1");
  ids.s2 = source.commit("s2");
  source.git("checkout", "--quiet", "main");
  ids.m1 = source.commit("m1");
  source.git("merge", "--quiet", "--no-ff", "--message", "merge", "side");
  ids.merge = source.git("rev-parse", "HEAD");
  ids.m2 = source.commit("m2");
  return { ...source, ids };
}

test("the first-parent line is searched first, and then what the guilty merge brought, from where it forked", async () => {
  const source = merged();
  const { base, m1, merge, m2, s1, s2 } = source.ids;
  const { mirror } = await mirrorOf(source);

  const { stage } = await firstStage(mirror, { asked: { old: "base", new: "m2" }, ...asLine });
  const inside = await mirror.inside(merge!, asLine);

  expect(stage.ids).toEqual([m1, merge, m2]);
  expect(stage.merges).toEqual([1]);
  expect(inside).toMatchObject({ ids: [s1, s2], parents: [[], [0]], old: base, inside: merge });
  expect(await mirror.inside(m1!, asLine)).toMatchObject({ ids: [] });
});

test("an octopus's branches are looked into together, with the merge as their end", async () => {
  const source = repository();
  source.commit("base");
  const tips = ["a", "b"].map((name) => {
    source.git("checkout", "--quiet", "-b", name, "base^{commit}");
    return source.commit(`on-${name}`);
  });
  source.git("checkout", "--quiet", "main");
  source.commit("m1");
  source.git("merge", "--quiet", "--no-ff", "--message", "octopus", "a", "b");
  const octopus = source.git("rev-parse", "HEAD");
  const { mirror } = await mirrorOf(source);

  const inside = await mirror.inside(octopus, asLine);

  expect(new Set(inside.ids)).toEqual(new Set([...tips, octopus]));
  expect(inside.ids.at(-1)).toBe(octopus);
  expect(inside.parents.at(-1)).toHaveLength(2);
});

test("of a criss-cross every commit is a candidate once, and parents stand before children", async () => {
  const source = repository();
  source.commit("base");
  source.git("checkout", "--quiet", "-b", "other");
  source.commit("o1");
  source.git("checkout", "--quiet", "main");
  source.commit("m1");
  source.git("merge", "--quiet", "--no-ff", "--message", "x1", "o1");
  source.git("checkout", "--quiet", "other");
  source.git("merge", "--quiet", "--no-ff", "--message", "x2", "m1");
  source.commit("o2");
  source.git("checkout", "--quiet", "main");
  source.git("merge", "--quiet", "--no-ff", "--message", "last", "other");
  const { mirror } = await mirrorOf(source);

  const { stage } = await firstStage(mirror, { asked: { old: "base", new: "main" }, ...whole });

  expect(new Set(stage.ids).size).toBe(6);
  expect(stage.parents.every((all, at) => all.every((parent) => parent < at))).toBe(true);
});

test("where old is no ancestor of new, the place where they parted is measured as the old end, and it is said", async () => {
  const source = merged();
  const { mirror } = await mirrorOf(source);

  const { stage, notes } = await firstStage(mirror, { asked: { old: "m1", new: "side" }, ...asLine });

  expect(stage.old).toBe(source.ids.base);
  expect(stage.ids).toEqual([source.ids.s1, source.ids.s2]);
  expect(notes.join()).toContain("no ancestor");
});

test("by path only the commits that touch it are candidates; the new end stands last all the same", async () => {
  const source = repository();
  source.commit("one");
  const two = source.commit("two", { "drivers/md": "2" });
  source.commit("three");
  const four = source.commit("four");
  const { mirror } = await mirrorOf(source);

  const wish = { asked: { old: "one", new: "four" }, paths: ["drivers"], walk: "stages" } as const;
  const { stage } = await firstStage(mirror, wish);

  expect(stage).toMatchObject({ ids: [two, four], parents: [[], [0]], empty: [1] });
});

test.each([
  ["three", "one", "bisect.ends-swapped"],
  ["one", "one", "bisect.ends-same"],
  ["one", "no-such", "bisect.ref-unknown"],
  ["--output=/tmp/x", "three", "bisect.ref-unknown"],
  ["one", "lonely", "bisect.unrelated"],
])("--old %s --new %s is refused as %s", async (old, newest, id) => {
  const source = repository();
  for (const name of ["one", "two", "three"]) source.commit(name);
  source.git("checkout", "--quiet", "--orphan", "alone");
  source.commit("lonely");
  const { mirror } = await mirrorOf(source);

  const refused = firstStage(mirror, { asked: { old, new: newest }, ...asLine });

  await expect(refused).rejects.toMatchObject({ id });
});

test("refs are looked up where the operator has them, with his reflog", async () => {
  const source = repository();
  const one = source.commit("one");
  source.commit("two");
  const { mirror } = await mirrorOf(source);

  expect(await mirror.commit("HEAD@{1}")).toBe(one);
  expect(await mirror.commit("HEAD~1")).toBe(one);
});

test("changed files and a shallow edge are told, a partial clone and a plain directory are refused", async () => {
  const source = repository();
  for (const name of ["one", "two", "three"]) source.commit(name);
  writeFileSync(join(source.path, "one"), "changed");
  const directory = scratch();
  const git = gitIn(directory, never);
  const clone = (...how: string[]) => {
    const to = join(directory, how[0]!.replace(/\W/g, ""));
    source.git("config", "uploadpack.allowFilter", "true");
    source.git("clone", "--quiet", ...how, `file://${source.path}`, to);
    return to;
  };

  expect((await lookAt(source.path, git)).notes.join()).toContain("1 changed file.");
  expect((await lookAt(clone("--depth=1"), git)).notes.join()).toContain("shallow");
  await expect(lookAt(clone("--filter=blob:none"), git)).rejects.toMatchObject({ id: "bisect.partial" });
  await expect(lookAt(scratch(), git)).rejects.toMatchObject({ id: "bisect.no-repository" });
});

test("checking out runs no hook, and leaves the operator's checkout and refs as they were", async () => {
  const source = repository();
  const one = source.commit("one");
  const two = source.commit("two");
  const hook = join(source.path, ".git/hooks/post-checkout");
  writeFileSync(hook, `#!/bin/sh\ntouch ${source.path}/hooked\n`);
  chmodSync(hook, 0o755);
  const seen = () => [source.git("show-ref"), source.git("status", "--porcelain"), source.git("reflog")];
  const before = seen();
  const { mirror, directory } = await mirrorOf(source);
  const tree = join(directory, "slot");

  await mirror.checkOut(one, tree);
  writeFileSync(join(tree, "left.o"), "of an earlier build");
  writeFileSync(join(tree, "one"), "changed by a build");
  await mirror.checkOut(two, tree);

  expect(readdirSync(tree).sort()).toEqual([".git", "one", "two"]);
  expect(readFileSync(join(tree, "one"), "utf8")).toBe("one");
  await mirror.remove(tree);
  expect(existsSync(tree)).toBe(false);
  expect(seen()).toEqual(before);
});

test("a password in the repository's address reaches git, and neither its command line nor what is kept", async () => {
  const source = repository();
  source.commit("one");
  source.git("update-server-info");
  const seen: string[] = [];
  const server = createServer(({ headers, url = "" }, response) => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      seen.push(readable(`/proc/${pid}/cmdline`));
    const wanted = `Basic ${Buffer.from("ada:s3cret").toString("base64")}`;
    if (headers.authorization !== wanted)
      return response.writeHead(401, { "WWW-Authenticate": "Basic" }).end();
    const file = join(source.path, ".git", url.replace(/^\/linux|\?.*$/g, ""));
    return existsSync(file) ? response.end(readFileSync(file)) : response.writeHead(404).end();
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const directory = scratch();
  const address = (secret: string) =>
    `http://${secret}@127.0.0.1:${(server.address() as AddressInfo).port}/linux`;
  const git = gitIn(directory, never);
  try {
    await cloneMirror(address("ada:s3cret"), join(directory, "mirror.git"), git);
    const refused = cloneMirror(address("ada:wr0ng"), join(directory, "again.git"), git);

    await expect(refused).rejects.toMatchObject({
      id: "bisect.git-failed",
      says: expect.not.stringContaining("wr0ng"),
    });
    expect([...(await mirrorAt(join(directory, "mirror.git"), git).subjects(["main"])).values()]).toEqual([
      "one",
    ]);
    expect(seen.some((line) => line.includes("clone"))).toBe(true);
    expect(seen.filter((line) => line.includes("s3cret"))).toEqual([]);
    const kept = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => readFileSync(join(one.parentPath, one.name), "latin1"));
    expect(kept.filter((text) => text.includes("s3cret"))).toEqual([]);
  } finally {
    server.close();
  }
});

const readable = (path: string): string => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // ended meanwhile
  }
};

test("where the operator has a repository from is told without what lets in there", async () => {
  const source = repository();
  source.commit("one");
  source.git("remote", "add", "origin", "https://ada:s3cret@git.example/linux");

  const { origin } = await lookAt(source.path, gitIn(scratch(), never));

  expect(origin).toBe("https://git.example/linux");
});

test("submodules and files of Git LFS are told, with what fills them; and that fills a submodule", async () => {
  const [part, source] = [repository(), repository()];
  part.commit("part");
  const plain = source.commit("plain");
  source.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", part.path, "lib/part");
  const whole = source.commit("whole", { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" });
  const { mirror, directory, git } = await mirrorOf(source);
  const tree = join(directory, "slot");

  expect(await mirror.missingIn(plain)).toEqual([]);
  const said = await mirror.missingIn(whole);
  expect(said[0]).toContain("lib/part");
  expect(said[1]).toContain("git lfs");
  await mirror.checkOut(whole, tree);
  expect(readdirSync(join(tree, "lib/part"))).toEqual([]);
  const filling = ["submodule", "update", "--init", "--recursive"];
  await git(["-c", "protocol.file.allow=always", ...filling], { cwd: tree });
  expect(readFileSync(join(tree, "lib/part/part"), "utf8")).toBe("part");
  await mirror.checkOut(plain, tree); // and back, though something of another repository lies in it
  expect(existsSync(join(tree, "plain"))).toBe(true);
});
