import { expect, test } from "vitest";
import { runProgram } from "./run-program.ts";

test("lines are told as they come, from both streams, and the status is given", async () => {
  const lines: string[] = [];
  const argv = ["sh", "-c", "printf 'a\\nb\\rc\\n'; echo d >&2; exit 3"] as const;
  const ran = await runProgram({ argv, withinMs: 5000, line: (text) => lines.push(text) });

  expect(ran).toEqual({ status: 3, output: "a\nb\rc\n", complaints: "d\n" });
  expect(lines.sort()).toEqual(["a", "b", "c", "d"]);
});

test("a program that takes too long is ended with its children", async () => {
  const run = runProgram({ argv: ["sh", "-c", "sleep 60 & wait"], withinMs: 200 });

  // Its output closes only when the child is gone as well.
  await expect(run).rejects.toThrow("sh did not finish within 200 ms");
});

test("a program that takes too long may put away what it began", async () => {
  const lines: string[] = [];
  const puts = "trap 'echo away; exit 0' TERM; echo here; while :; do sleep 0.1; done";
  const run = runProgram({ argv: ["sh", "-c", puts], withinMs: 1000, line: (text) => lines.push(text) });

  await expect(run).rejects.toThrow("did not finish");
  expect([lines.at(0), lines.at(-1)]).toEqual(["here", "away"]); // between them sh tells of its sleep
});

test("a program that does not end when it is told to is killed", async () => {
  const stays = "trap '' TERM; while :; do sleep 0.1; done";
  const run = runProgram({ argv: ["sh", "-c", stays], withinMs: 200, graceMs: 200 });

  await expect(run).rejects.toThrow("did not finish");
});

test("a program that is called off is ended", async () => {
  const off = new AbortController();
  const line = () => off.abort(new Error("enough"));
  const run = runProgram({
    argv: ["sh", "-c", "echo here; sleep 60"],
    withinMs: 5000,
    signal: off.signal,
    line,
  });

  await expect(run).rejects.toThrow("enough");
});

test("a program that is not there is an error", async () => {
  await expect(runProgram({ argv: ["no-such-program"], withinMs: 1000 })).rejects.toThrow("ENOENT");
});
