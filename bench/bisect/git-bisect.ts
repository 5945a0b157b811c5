import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diceFrom } from "../../test/support/dice.ts";

/** What `git bisect run` came to by the same dice as a session of ours. */
export type Judged = { readonly readings: number; readonly is: "right" | "wrong" };

const COMMITS = 1000;
/** Of noise, in thousandths of a deviation: more than `git bisect run` ever reads. */
const READINGS = 40;
const QUIET = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };

/** Old below the middle of the two levels, new above it: the best that one reading of a commit can tell. */
const ORACLE = [
  `read -r number <number; count=$(wc -c <"$COUNT"); printf x >>"$COUNT"`,
  `noise=$(sed -n "$((count + 1))p" "$NOISE")`,
  "test $((noise + (number >= CULPRIT ? EFFECT : 0))) -lt $((EFFECT / 2))",
].join("\n");

/** A repository of a commit and a thousand more, each with its number in a file, for git itself to search. */
export function numberedRepository(directory: string): string {
  const path = join(directory, "numbered");
  mkdirSync(path, { recursive: true });
  const git = (args: readonly string[], input?: string) =>
    execFileSync("git", args, { cwd: path, env: { ...process.env, ...QUIET }, ...(input ? { input } : {}) });
  git(["init", "--quiet", "--initial-branch=main"]);
  const commits = Array.from({ length: COMMITS + 1 }, (_, number) => {
    const file = `${number}\n`;
    return [
      "commit refs/heads/main",
      `mark :${number + 1}`,
      `committer Ada <ada@example.org> ${1_500_000_000 + number} +0000`,
      ...["data 0", "", `M 100644 inline number`, `data ${file.length}`, file],
    ].join("\n");
  });
  git(["fast-import", "--quiet"], commits.join("\n"));
  git(["checkout", "--quiet", "main"]);
  writeFileSync(join(directory, "oracle.sh"), ORACLE);
  return path;
}

/** One `git bisect run` through it, with a culprit and noise by the seed. */
export function gitBisect(path: string, effect: number, seed: number): Judged {
  const dice = diceFrom(seed);
  const draw = () => dice(2 ** 31) / 2 ** 31;
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const culprit = 1 + dice(COMMITS);
  const [NOISE, COUNT] = [join(path, "../noise"), join(path, "../count")];
  writeFileSync(NOISE, Array.from({ length: READINGS }, () => `${Math.round(1000 * normal())}\n`).join(""));
  writeFileSync(COUNT, "");
  const numbers = { CULPRIT: String(culprit), EFFECT: String(1000 * effect) };
  const env = { ...process.env, ...QUIET, ...numbers, NOISE, COUNT };
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: path, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  git("bisect", "start", "main", `main~${COMMITS}`);
  const said = git("bisect", "run", "sh", join(path, "../oracle.sh"));
  const blamed = /^([0-9a-f]{40}) is the first bad commit$/m.exec(said)?.[1];
  const number = Number(git("show", `${blamed}:number`));
  git("bisect", "reset");
  return { readings: readFileSync(COUNT).length, is: number === culprit ? "right" : "wrong" };
}
