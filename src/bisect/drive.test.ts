import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Fault } from "../base/fault.ts";
import { here } from "../host/here.ts";
import type { Host } from "../host/host.ts";
import { bayesian } from "./core/next.ts";
import { linesIn } from "./journal-file.ts";
import { history, repository, scratch } from "./testing/repository.ts";
import { oracleOf as run, search } from "./testing/search.ts";

/** The level with a little noise, another each time. */
const NOISY =
  'awk -v level="$(cat level)" -v seed="$(date +%N)" "BEGIN { srand(seed); print level + rand() }"';

vi.setConfig({ testTimeout: 120_000 }); // whole searches with git, on a machine that does other things besides

test("a number that a command prints finds the commit that changed it", async () => {
  const { source, ids } = history(12, 8);
  const { drives } = await search(source, { asked: { old: "c0", new: "c12" }, oracle: run("cat level") });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[8]] });
});

test("exit statuses find it as in `git bisect run`, 125 skips", async () => {
  const { source, ids } = history(9, 4);
  const command = 'test "$(cat number)" = 6 && exit 125; test "$(cat level)" = 10';
  const { drives } = await search(source, { asked: { old: "c0", new: "c9" }, oracle: run(command, "exit") });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[4]] });
});

test("a commit is built once, in a directory of its own, with its number in the environment", async () => {
  const { source, ids } = history(8, 3);
  const oracle = run('test "$RACKHAND_BUILD" = "$PWD" && cat product');
  const build = 'cp level product; echo "$RACKHAND_COMMIT" >>../../built';
  const { drives, directory } = await search(source, { asked: { old: "c0", new: "c8" }, oracle, build });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[3]] });
  const built = readFileSync(join(directory, "built"), "utf8").trim().split("\n");
  expect(new Set(built).size).toBe(built.length);
  expect(linesIn(directory).filter(({ is }) => is === "built")).toHaveLength(built.length);
});

test("no more builds lie ready than were asked for, the ends among them, and what is missing is built again", async () => {
  const { source, ids } = history(30, 17);
  const wish = { asked: { old: "c0", new: "c30" }, oracle: run("cat product"), build: "cp level product" };
  const { drives, directory } = await search(source, { ...wish, keepBuilds: 4 });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[17]] });
  const ready = readdirSync(join(directory, "builds")).filter((name) => name.endsWith(".ready"));
  expect(ready).toHaveLength(4);
  const names = ready.join();
  expect([ids[0], ids[30]].every((end) => names.includes(end!.slice(0, 16)))).toBe(true);
  expect(readdirSync(join(directory, "builds"))).toHaveLength(8); // a tree each, and the mark that it is ready
  expect(linesIn(directory).some(({ is }) => is === "gone")).toBe(true);
});

test("each reading says why it was taken", async () => {
  const { source } = history(8, 3);
  const { drives, directory } = await search(source, {
    asked: { old: "c0", new: "c8" },
    oracle: run("cat level"),
  });

  await drives();

  const whys = linesIn(directory).flatMap((line) => (line.is === "reading" ? [line.because] : []));
  expect(new Set(whys)).toEqual(new Set(["an end", "it halves the doubt"]));
});

test("commits that do not build are stepped round, and never become readings", async () => {
  const { source, ids } = history(10, 3);
  const build = 'n=$(cat number); test "$n" != 5 && test "$n" != 6';
  const wish = { asked: { old: "c0", new: "c10" }, oracle: run("cat level"), build };
  const { drives, directory } = await search(source, wish);

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[3]] });
  const lines = linesIn(directory);
  const refused = lines.flatMap((line) => (line.is === "unbuildable" ? [line.commit] : []));
  expect([ids[5], ids[6]]).toEqual(expect.arrayContaining(refused));
  expect(lines.some((line) => line.is === "reading" && refused.includes(line.commit))).toBe(false);
});

test("what the machine is to blame for is tried again and never becomes a reading", async () => {
  const { source, ids } = history(8, 3);
  const flag = join(scratch(), "full");
  const build = `if [ ! -e ${flag} ]; then touch ${flag}; echo "cp: No space left on device" >&2; exit 1; fi`;
  const wish = { asked: { old: "c0", new: "c8" }, oracle: run("cat level"), build };
  const { drives, directory } = await search(source, wish);

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[3]] });
  const troubles = linesIn(directory).filter(({ is }) => is === "trouble");
  expect(troubles).toMatchObject([{ because: expect.stringContaining("No space left") }]);
});

const unreachable = (name: string) => new Fault("host.unreachable", { host: name, why: "No route to host" });

/** Hosts of which `bad` is not reached, for as many times as are told. */
const hostsWithout = (bad: string, times: number) => {
  let left = times;
  return (name: string): Host => ({
    ...here(name),
    run: async (command) => {
      if (name !== bad || left <= 0) return here(name).run(command);
      left -= 1;
      throw unreachable(name);
    },
  });
};
const readOn = (directory: string) =>
  linesIn(directory).flatMap((line) => (line.is === "reading" ? [line.machine] : []));

test("while one of two machines is not reached the other one goes on to the answer", async () => {
  const { source, ids } = history(12, 8);
  const wish = { asked: { old: "c0", new: "c12" }, oracle: run(NOISY), hosts: ["bad", "good"] };
  const { drives, directory, shop } = await search(source, wish, hostsWithout("bad", Infinity), {
    engine: bayesian,
  });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[8]] });
  await shop().leave("good");
  expect(new Set(readOn(directory))).toEqual(new Set(["good"]));
  expect(linesIn(directory).some((line) => line.is === "trouble" && line.machine === "bad")).toBe(true);
});

test("a machine that is reached again takes part again", async () => {
  const { source, ids } = history(30, 8);
  const wish = { asked: { old: "c0", new: "c30" }, oracle: run(NOISY), hosts: ["bad", "good"] };
  const { drives, directory, shop } = await search(source, wish, hostsWithout("bad", 4), {
    engine: bayesian,
  });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[8]] });
  await shop().leave("good");
  expect(new Set(readOn(directory))).toEqual(new Set(["bad", "good"]));
});

test("machines of which none is reached stop the search, and say why", async () => {
  const { source } = history(4, 2);
  const wish = { asked: { old: "c0", new: "c4" }, oracle: run("cat level"), hosts: ["bad"] };
  const { drives } = await search(source, wish, hostsWithout("bad", Infinity), { engine: bayesian });

  const says = expect.stringContaining("No route to host");
  await expect(drives()).rejects.toMatchObject({ id: "bisect.trouble", says });
});

test.skipIf(process.getuid?.() !== 0)(
  "a disk that fills up in the middle of a build stops the search; with room again it goes on to the same answer (as root)",
  async () => {
    const { source, ids } = history(12, 8);
    const build = "cp level product && head -c 600000 /dev/zero >object 2>../silent";
    const wish = { asked: { old: "c0", new: "c12" }, oracle: run("cat product"), build };
    const { drives, directory, stop } = await search(source, wish);
    const builds = join(directory, "builds");
    execFileSync("mkdir", [builds]);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", builds]);
    try {
      const full = { id: "bisect.trouble", says: expect.stringContaining("No space left on device") };
      await expect(drives()).rejects.toMatchObject(full);
      const lines = linesIn(directory);
      const [failed] = lines.flatMap((line) => (line.is === "trouble" ? [line.commit] : []));
      const read = lines.flatMap((line) => (line.is === "reading" ? [line.commit] : []));
      expect(new Set(read).size).toBeGreaterThan(2); // the search was under way
      expect(read).not.toContain(failed);
      expect(lines.filter(({ is }) => is === "unbuildable" || is === "skipped")).toEqual([]);

      execFileSync("mount", ["-o", "remount,size=16m", builds]);

      expect(await drives()).toMatchObject({ is: "found", commits: [ids[8]] });
      expect(linesIn(directory).slice(0, lines.length)).toEqual(lines); // nothing finished was lost
    } finally {
      stop.abort();
      execFileSync("umount", [builds]);
    }
  },
);

test("a clock that is set back and forth in the middle changes neither what is read nor the verdict", async () => {
  const { source, ids } = history(12, 8);
  const wish = { asked: { old: "c0", new: "c12" }, oracle: run("cat level"), budget: { ms: 3_600_000 } };
  const day = 86_400_000;
  const times = [100 * day, day, 9000 * day, 0];
  const leaping = () => {
    times.push(times.shift()!);
    return times[0]!;
  };
  const [steady, set] = [await search(source, wish), await search(source, wish, undefined, { now: leaping })];

  expect(await set.drives()).toEqual(await steady.drives());

  const read = (directory: string) =>
    linesIn(directory).flatMap((line) => (line.is === "reading" ? [`${line.commit} ${line.value}`] : []));
  expect(read(set.directory)).toEqual(read(steady.directory));
  expect(await set.drives()).toMatchObject({ is: "found", commits: [ids[8]] });
});

test("a budget that is too small for the ends alone gives no commit, and says what would settle it", async () => {
  const { source } = history(12, 8);
  const wish = { asked: { old: "c0", new: "c12" }, oracle: run("cat level"), budget: { runs: 7 } };
  const { drives, directory } = await search(source, wish);

  const outcome = await drives();

  expect(outcome).toMatchObject({ is: "unsettled", because: "budget", runsToSettle: expect.any(Number) });
  expect(linesIn(directory).filter(({ is }) => is === "reading")).toHaveLength(7);
});

test.each([
  ["no-such-command", "exit", "not found"],
  ["exit 130", "exit", "exit 130"],
  ["echo none", "last-line", "no number"],
] as const)(
  "`%s` stops the search with its reason, and nothing is concluded from it",
  async (command, by, why) => {
    const { source } = history(4, 2);
    const wish = { asked: { old: "c0", new: "c4" }, oracle: run(command, by) };
    const { drives, directory } = await search(source, wish);

    await expect(drives()).rejects.toMatchObject({
      id: "bisect.trouble",
      says: expect.stringContaining(why),
    });
    expect(linesIn(directory).filter(({ is }) => is === "reading")).toEqual([]);
  },
);

test("ends that read alike are told as not reproduced", async () => {
  const { source } = history(4, 99);
  const { drives } = await search(source, { asked: { old: "c0", new: "c4" }, oracle: run("cat level") });

  expect(await drives()).toMatchObject({ is: "not-reproduced" });
});

/** The side branch forked before a repair of the level on main: on it, the level is another one, as in real histories. */
function mergeHeavy(culprit: "s2" | "merge") {
  const source = repository();
  const ids: Record<string, string> = {};
  const commit = (name: string, level: string) => {
    ids[name] = source.commit(name, { level, [name]: name });
  };
  commit("root", "20\n"); // bad long ago
  source.git("checkout", "--quiet", "-b", "side");
  commit("s1", "20\n");
  commit("s2", culprit === "s2" ? "40\n" : "20\n");
  commit("s3", culprit === "s2" ? "40\n" : "20\n");
  source.git("checkout", "--quiet", "main");
  commit("repair", "10\n");
  commit("m1", "10\n");
  source.git("merge", "--quiet", "--no-commit", "--strategy=ours", "side");
  commit("merge", "30\n");
  commit("m2", "30\n");
  return { source, ids };
}

test("a side branch that forked before a repair leads plain git to an innocent commit, and the search does not", async () => {
  const { source, ids } = mergeHeavy("s2");
  // slow is above 15: s1 is slow because the repair is not on its branch, not because of what it changes
  source.git("bisect", "start", "m2", "repair");
  const git = source.git("bisect", "run", "sh", "-c", 'test "$(cat level)" -lt 15');
  source.git("bisect", "reset");
  const { drives, told } = await search(source, {
    asked: { old: "repair", new: "m2" },
    oracle: run("cat level"),
  });

  const outcome = await drives();

  expect(git).toContain("is the first bad commit");
  expect(git).not.toContain(`${ids.s2} is the first bad commit`);
  expect(outcome).toMatchObject({ is: "found", commits: [ids.s2] });
  expect(told.join()).toContain("is a merge");
});

test("where the branch alone does not show the change, the merge itself is the answer", async () => {
  const { source, ids } = mergeHeavy("merge");
  const { drives } = await search(source, { asked: { old: "repair", new: "m2" }, oracle: run("cat level") });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids.merge] });
});

test("a stopped search leaves no command running, loses nothing, and goes on to the same answer", async () => {
  const { source, ids } = history(8, 3);
  const flag = join(scratch(), "pid");
  const command = `[ -e ${flag} ] || { echo $$ >${flag}; sleep 300; }; cat level`;
  const first = await search(source, { asked: { old: "c0", new: "c8" }, oracle: run(command) });
  const stopped = first.drives().catch((error: unknown) => error);
  await expect.poll(() => existsSync(flag)).toBe(true);

  first.stop.abort(new Error("ctrl-C"));

  expect(await stopped).toMatchObject({ message: "ctrl-C" });
  const pid = readFileSync(flag, "utf8").trim();
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  expect(linesIn(first.directory).some(({ is }) => is === "reading")).toBe(false);
  expect(ids).toHaveLength(9);
});

test("several machines measure at once, each reading once", async () => {
  const { source, ids } = history(20, 13);
  const wish = { asked: { old: "c0", new: "c20" }, oracle: run("cat level"), hosts: ["one", "two"] };
  const { drives, directory, shop } = await search(source, { ...wish, name: `test-${process.pid}` });

  expect(await drives()).toMatchObject({ is: "found", commits: [ids[13]] });
  await shop().leave("one");
  expect(readdirSync("/var/tmp").filter((name) => name.includes(`bisect-test-${process.pid}`))).toEqual([]);
  const machines = linesIn(directory).flatMap((line) => (line.is === "reading" ? [line.machine] : []));
  expect(new Set(machines)).toEqual(new Set(["one", "two"]));
});
