import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { repository } from "../testing/repository.ts";
import { termsFlaw } from "./terms.ts";

const TRIED = [
  ...[
    "broken",
    "langsam-ä",
    "a.b",
    "a/b",
    "x.lock",
    "x.lockey",
    "is slow",
    "a..b",
    "a~",
    "a^",
    "a:b",
    "a?",
    "a*",
  ],
  ...["a[b", "a\\b", "a@{b", "@", "a.", ".a", "a/", "/a", "a//b", "a/.b", "a\tb", "a\u007f", ""],
  ...[
    "help",
    "start",
    "skip",
    "next",
    "reset",
    "visualize",
    "view",
    "replay",
    "log",
    "run",
    "terms",
    "bad",
    "good",
  ],
];

test("as a name of the old state we take what git itself takes", () => {
  const { path, commit } = repository();
  commit("c0");
  const takes = (old: string): boolean => {
    const words = ["bisect", "start", "--term-old", old, "--term-new", "fixed"];
    return spawnSync("git", words, { cwd: path, encoding: "utf8" }).status === 0;
  };

  const ours = TRIED.filter((old) => termsFlaw({ old, new: "fixed" }) === undefined);

  expect(ours).toEqual(TRIED.filter(takes));
  expect(ours).toContain("broken");
}, 60_000);

test("what git means by the other state is not taken for this one", () => {
  expect(termsFlaw({ old: "good", new: "bad" })).toBeUndefined();
  expect(termsFlaw({ old: "slow", new: "old" })).toContain("the other way round");
  expect(termsFlaw({ old: "-x", new: "y" })).toContain('"-x" is no term');
});
