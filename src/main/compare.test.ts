import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commandLine } from "../../test/support/command-line.ts";

const captures = join(import.meta.dirname, "../../captures/bench");
const room = mkdtempSync(join(tmpdir(), "rackhand-compare-"));
afterAll(() => rmSync(room, { recursive: true, force: true, maxRetries: 5 }));
const file = (name: string, text: string) => {
  writeFileSync(join(room, name), text);
  return join(room, name);
};
const rackhand = commandLine(() => "http://127.0.0.1:9");
const comparing = (...words: string[]) => rackhand("bench", "compare", ...words);

const level = file("level.txt", "100\n101\n99\n100.5\n99.5\n");
const near = file("near.txt", "100.2\n100.8\n99.1\n100.4\n99.7\n");
const far = file("far.txt", "120\n121\n119\n120.5\n119.5\n");
const wide = file("wide.txt", "90\n120\n99\n104\n101\n");
const few = file("few.txt", "120\n121\n119\n");

test("the same is 0, different 1, cannot tell 2, each in a sentence with its interval", async () => {
  const same = await comparing(level, near);
  const different = await comparing(level, far, "--within", "5%");
  const open = await comparing(level, wide);

  expect([same.code, different.code, open.code]).toEqual([0, 1, 2]);
  expect(same.out).toMatch(/^value is the same within 5 %: B lies 0\.\d % /);
  expect(different.out).toContain(
    "value is different by more than 5 %: B lies 20.0 % above A (95 % interval: 18.5 % above to 21.5 % above).",
  );
  expect(open.out).toMatch(/^value: cannot tell whether it differs by more than 5 %: .*More readings/);
});

test("the smallest difference that such readings would show is told, in percent and in what the metric is in", async () => {
  const came = await comparing(level, near);
  const { detectable } = JSON.parse((await comparing(level, near, "--json")).out);
  const scarce = JSON.parse((await comparing(few, few, "--json")).out);

  expect(came.out).toMatch(
    /would tell a difference of (1\.\d+) % \(\1\) from none in 8 of 10 comparisons, and call one of 6\.\d+ % \(6\.\d+\) more than 5 %\./,
  );
  expect(detectable).toMatchObject({ power: 0.8, fromNone: { value: 100 * detectable.fromNone.part } });
  expect(scarce.detectable).toBeNull();
});

test("too few readings and a level of nothing cannot tell, and say why", async () => {
  const scarce = await comparing(few, few);
  const nothing = await comparing(file("zero.txt", "0\n0\n0\n0\n"), level);

  expect([scarce.code, nothing.code]).toEqual([2, 2]);
  expect(scarce.out).toContain("3 and 3 readings");
  expect(nothing.out).toContain("the median of A is 0");
});

test("several files are one side, and the answer is one object of JSON", async () => {
  const came = await comparing(`${few},${far}`, far, "--json");

  expect(JSON.parse(came.out)).toMatchObject({
    ...{ metric: "value", is: "same", way: "exact" },
    ...{ a: { readings: 8 }, b: { readings: 5, median: 120 } },
  });
});

test("of fio's many metrics one must be said, and clones are told of", async () => {
  const clones = join(captures, "fio-two-clones.json");

  const asked = await comparing(clones, clones);
  const said = await comparing(clones, join(captures, "fio-json-plus.json"), "--metric", "read-iops");

  expect([asked.code, asked.err]).toEqual([2, expect.stringContaining("read-clat-p99, ")]);
  expect([said.code, said.out]).toEqual([2, expect.stringContaining("2 jobs ran beside each other")]);
});

test("a wrong line is named with its file; so are a file that is missing and a margin that is none", async () => {
  const broken = await comparing(level, file("broken.txt", "1\n2\nthree\n"));
  const missing = await comparing(level, join(room, "none.txt"));
  const margin = await comparing(level, near, "--within", "5");

  expect(broken.err).toMatch(/broken\.txt: line 3: "three" is no number/);
  expect(missing.err).toContain("bench.unreadable");
  expect(margin.err).toContain('"5" is no margin');
  expect([broken.code, missing.code, margin.code]).toEqual([2, 2, 2]);
});

test("beyond 150 readings the answer says that it is approximate, beyond a thousand it is refused", async () => {
  const many = (count: number) =>
    file(`${count}.txt`, Array.from({ length: count }, (_, at) => 100 + (at % 7)).join("\n"));

  const near = await comparing(many(100), many(101));
  const refused = await comparing(many(1001), level);

  expect([near.code, near.out]).toEqual([0, expect.stringContaining("normal approximation")]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("one for each run")]);
});
