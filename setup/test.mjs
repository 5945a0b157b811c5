// `npm test [-- vitest arguments]`: sets up everything, checks, runs all tests, closes with "N passed, N failed".
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "./check.mjs";
import { ensureDebian, ensureModules, ensureNode, run, say } from "./machine.mjs";

const MOST_AGAIN = 5; // more files than that do not fail by chance

ensureNode();
ensureDebian("test");
ensureModules();
check();
process.exit(process.env.CI ? twice() : vitest(process.argv.slice(2)));

function vitest(args, env = {}) {
  return run("node_modules/.bin/vitest", ["run", ...args], { env });
}

/** Real programs on a shared machine: files that failed are run once more, anew and by themselves. */
function twice() {
  const place = mkdtempSync(join(tmpdir(), "rackhand-failed-"));
  const list = join(place, "files");
  writeFileSync(list, "");
  const status = vitest(process.argv.slice(2), { RACKHAND_FAILED_TESTS: list });
  const failed = readFileSync(list, "utf8").trim().split("\n").filter(Boolean);
  rmSync(place, { recursive: true });
  if (status === 0 || failed.length === 0 || failed.length > MOST_AGAIN) return status;
  say(`\nFailed, and run once more by themselves: ${failed.join(", ")}`);
  return vitest(failed);
}
