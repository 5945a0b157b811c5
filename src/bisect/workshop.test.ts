import { chownSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { linesIn } from "./journal-file.ts";
import { history, type Made, scratch } from "./testing/repository.ts";
import { oracleOf, search } from "./testing/search.ts";

vi.setConfig({ testTimeout: 120_000 }); // git, on a machine that does other things besides

test("what is deployed without a build is the commit that is read, not the first one for ever", async () => {
  const { source, ids } = history(8, 3);
  const target = scratch();
  const deploy = `cp level ${target}/level && echo "$RACKHAND_COMMIT" >>${target}/deployed`;
  const wish = { asked: { old: "c0", new: "c8" }, deploy, oracle: oracleOf(`cat ${target}/level`) };
  const { drives, directory } = await search(source, wish);

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[3]] });

  const read = linesIn(directory).flatMap((line) => (line.is === "reading" ? [line.commit] : []));
  const changes = read.filter((commit, at) => commit !== read[at - 1]);
  const deployed = readFileSync(join(target, "deployed"), "utf8").trim().split("\n");
  expect(deployed).toEqual(changes); // once where two readings in a row are of one commit
});

test("after a deployment that failed, what was there before is deployed anew", async () => {
  const { source, ids } = history(1, 1);
  const target = scratch();
  const deploy = `cp level ${target}/level && test ! -e ${target}/broken`;
  const wish = { asked: { old: "c0", new: "c1" }, deploy, oracle: oracleOf(`cat ${target}/level`) };
  const { shop } = await search(source, { ...wish, build: "true" });
  const place = shop();
  const read = async (commit: string, run: string) => {
    const task = { run, commit, build: "1", machine: "here", because: "an end" };
    await place.build(task);
    return place.run(task);
  };
  expect(await read(ids[0]!, "r1")).toMatchObject({ is: "reading", value: 10 });
  writeFileSync(join(target, "broken"), "");
  expect(await read(ids[1]!, "r2")).toMatchObject({ is: "trouble" });

  rmSync(join(target, "broken")); // half of the other commit is there now

  expect(await read(ids[0]!, "r3")).toMatchObject({ is: "reading", value: 10 });
});

/** A shop that measures elsewhere by ssh, which is here; what it leaves in /var/tmp is gone after the test. */
async function elsewhere(source: Made, build: string, begunAt = 0) {
  const wish = { name: `there-${process.pid}`, asked: { old: "c0", new: "c1" }, hosts: ["one"], build };
  const { shop } = await search(source, { ...wish, oracle: oracleOf("cat product") }, undefined, {
    begunAt,
  });
  const task = { run: "r1", commit: source.git("rev-parse", "c0"), build: "1", machine: "one", because: "" };
  const place = shop().directoryOf(task);
  onTestFinished(() => rmSync(dirname(place), { recursive: true, force: true }));
  return { shop: shop(), task, place };
}

test.each([
  ["another build command", "cp number product", 0],
  ["one of the same name that was begun at another time", "cp level product", 1],
] as const)("builds elsewhere are not taken for those of a search with %s", async (_, build, begunAt) => {
  const { source } = history(1, 1);
  const first = await elsewhere(source, "cp level product");
  expect(await first.shop.build(first.task)).toMatchObject({ is: "built", fresh: true });

  const second = await elsewhere(source, build, begunAt);

  expect(await second.shop.build(second.task)).toMatchObject({ is: "built", fresh: true });
  await second.shop.leave("one");
  const mended = (await elsewhere(source, "cp level product")).shop; // a process that goes on
  expect(await mended.build(first.task)).toMatchObject({ is: "built", fresh: false });
});

test("only we can look into what is built elsewhere", async () => {
  const { source } = history(1, 1);
  const { shop, task, place } = await elsewhere(source, "cp level product");

  await shop.build(task);

  expect(statSync(dirname(place)).mode & 0o777).toBe(0o700);
});

test.each([
  ["another user's", (at: string) => mkdirSync(at) ?? chownSync(at, 65_534, 65_534)],
  ["a link", (at: string) => symlinkSync(scratch(), at)],
] as const)("a directory elsewhere that is %s is neither believed nor built in", async (is, make) => {
  if (is !== "a link" && process.getuid?.() !== 0) return; // only root gives away a directory
  const { source } = history(1, 1);
  const { shop, task, place } = await elsewhere(source, "cp level product");
  make(dirname(place));
  writeFileSync(`${place}.ready`, "");

  expect(await shop.build(task)).toMatchObject({
    is: "trouble",
    because: expect.stringContaining(`${dirname(place)} is not ours`),
  });
});
