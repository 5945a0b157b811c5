import { expect, test } from "vitest";
import { answerOf, builtBy, readPath } from "./oracle.ts";

const exit = (status: number) => ({ is: "exit", status }) as const;

test.each([
  [0, { is: "reading", value: 0 }],
  [1, { is: "reading", value: 1 }],
  [124, { is: "reading", value: 1 }],
  [125, { is: "skip" }],
  [126, { is: "trouble", again: true }],
  [127, { is: "trouble", again: true }],
  [128, { is: "trouble", again: false }],
  [255, { is: "trouble", again: false }],
] as const)(
  "exit %i means what git-bisect(1) says, and 126 and 127 are never a verdict",
  (status, answer) => {
    expect(answerOf({ by: "exit" }, exit(status), "")).toMatchObject(answer);
  },
);

test.each([
  [{ by: "last-line" }, "warming up\n 1234.5 \n\n", 1234.5],
  [{ by: "match", pattern: "iops=(\\d+)" }, "iops=1\nrest iops=27 done", 27],
  [{ by: "match", pattern: "^-?[\\d.]+e\\d$" }, "x\n-1.5e3\n", -1500],
  [{ by: "json", path: "jobs[1].read.iops" }, 'fio: warning\n{"jobs":[{},{"read":{"iops":9.5}}]}', 9.5],
  [{ by: "json", path: 'a["x.y"]' }, 'noise\n{"a":{"x.y":"3"}}', 3],
] as const)("a number is read by %o", (reads, output, value) => {
  expect(answerOf(reads, exit(0), output)).toEqual({ is: "reading", value });
});

test.each([
  [{ by: "last-line" }, "", "the command printed nothing"],
  [{ by: "last-line" }, "1234 ops", '"1234 ops" is no number'],
  [{ by: "last-line" }, "NaN", '"NaN" is no number'],
  [{ by: "last-line" }, "1e999", '"1e999" is no number'],
  [{ by: "match", pattern: "iops=(\\d+)" }, "nothing", "nothing in the output matches iops=(\\d+)"],
  [{ by: "json", path: "a.b" }, '{"a":{}}', "the JSON has no a.b"],
  [{ by: "json", path: "a" }, '{"a":[1]}', "a is no number"],
  [{ by: "json", path: "a.constructor" }, '{"a":{}}', "the JSON has no a.constructor"],
  [{ by: "json", path: "a" }, "no braces", "the output is no JSON"],
] as const)(
  "a missing metric is trouble that is told, never a reading: %o of %j",
  (reads, output, because) => {
    expect(answerOf(reads, exit(0), output)).toEqual({ is: "trouble", because, again: true });
  },
);

test("a number printed by a command that failed is no reading", () => {
  expect(answerOf({ by: "last-line" }, exit(3), "42\n")).toMatchObject({ is: "trouble" });
});

test("a command that was ended from outside says nothing of its commit", () => {
  expect(answerOf({ by: "exit" }, { is: "signal", signal: "SIGKILL" }, "")).toMatchObject({ is: "trouble" });
  expect(answerOf({ by: "exit" }, { is: "late" }, "")).toMatchObject({ is: "trouble", again: true });
});

test.each(["", "a..b", "[x]", "a[0"])("%j is no path, and it is said where", (path) => {
  expect(readPath(path)).toMatchObject({ ok: false });
});

test.each([
  [0, "", "built"],
  [2, "foo.c:1: error: expected ;", "unbuildable"],
  [1, "cc1: fatal error: out.s: No space left on device", "trouble"],
  [2, "make: cc: No such file or directory\nmake: *** [Makefile:2: all] Error 127", "trouble"],
  [127, "sh: 1: mkae: not found", "trouble"],
  [137, "", "trouble"],
] as const)("a build that exits with %i after %j is %s", (status, output, is) => {
  expect(builtBy(exit(status), output).is).toBe(is);
});
