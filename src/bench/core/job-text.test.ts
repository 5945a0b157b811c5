import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { prepareJob } from "./job-text.ts";
import { PROFILES, WINDOW_MS } from "./profiles.ts";

const prepared = (text: string, ...set: string[]) =>
  prepareJob(
    text,
    set.map((one) => ({ name: one.split("=")[0]!, value: one.split("=")[1]! })),
    WINDOW_MS,
  );

test("each profile can be run, and says how many processes it starts", () => {
  for (const { job } of Object.values(PROFILES))
    expect(must(prepared(job))).toMatchObject({ processes: 2, windowMs: 500 });
});

test("what is set comes last in each section, for there fio believes the last; where it works comes after that", () => {
  const { text, windowMs } = must(
    prepared("[a]\nsize=1g\n[b]\n; c\nsize=2g\n", "size=8m", "log_avg_msec=100"),
  );

  const sections = text.split("\n\n");
  expect(sections).toHaveLength(2);
  for (const section of sections)
    expect(section).toMatch(/size=.g\nsize=8m\nlog_avg_msec=100\ndirectory=\.\n[\s\S]*group_reporting=0\n/);
  expect(windowMs).toBe(100);
});

test("a directory of the job's own does not count", () => {
  const { text } = must(prepared("[a]\ndirectory=/srv\nfilename=/dev/sda\n"));

  expect(text.lastIndexOf("directory=.")).toBeGreaterThan(text.indexOf("directory=/srv"));
});

test.each([
  ["[a]\nfilename=x:../../etc/passwd", "line 2", "filename=x:../../etc/passwd leads out of the directory"],
  ["[a]\n  opendir = /srv", "line 2", "opendir: it would work on files of somebody's"],
  ["include other.fio\n[a]", "line 1", "include: another file is not brought along"],
  ["[a]\n[b]\nstonewall", "line 3", "stonewall: phases are runs of their own"],
  ["[global]\nsize=1m", "line 0", "there is no job in it"],
  ["", "line 0", "there is no job in it"],
])("%j is refused with its line", (text, line, why) => {
  const read = prepared(text);

  expect(read).toMatchObject({ ok: false, flaw: expect.stringContaining(why) });
  expect(`line ${(read as { at: number }).at}`).toBe(line);
});

test("nothing that is refused in a job can be set from outside", () => {
  for (const set of ["filename=../x", "opendir=/", "stonewall=1", "size=1m\nopendir=/"])
    expect(prepared("[a]\nsize=1m", set).ok).toBe(false);
  expect(prepared("[a]", "log_avg_msec=0").ok).toBe(false);
});

test("what its files take is told as far as it is said", () => {
  const bytes = (text: string, ...set: string[]) => must(prepared(text, ...set)).bytes;

  expect(bytes(PROFILES["zipf-2x2g"]!.job)).toBe(4 * 2 ** 30);
  expect(bytes("[global]\nsize=1m\nnumjobs=3\n[a]\n[b]\nfilename=x\n[c]\nfilename=x\nsize=2m")).toBe(
    5 * 2 ** 20,
  );
  expect(bytes("[a]\nsize=50%\n")).toBe(0);
  expect(bytes("[a]\nsize=1g\n", "size=4096")).toBe(4096);
});

test("processes are counted as fio counts them, or not told", () => {
  const count = (text: string, ...set: string[]) => must(prepared(text, ...set)).processes;

  expect(count("[global]\nnumjobs=3\n[a]\n[b]\nnumjobs=1\n")).toBe(4);
  expect(count("[a]\nnumjobs=3\n", "numjobs=2")).toBe(2);
  expect(count(`[a]\nnumjobs=\${N}\n`)).toBeUndefined();
});
