// `npm test [-- vitest arguments]`: sets up everything, checks, runs all tests, closes with "N passed, N failed".
import { check } from "./check.mjs";
import { ensureDebian, ensureModules, ensureNode, run } from "./machine.mjs";

ensureNode();
ensureDebian("test");
ensureModules();
check();
process.exit(run("node_modules/.bin/vitest", ["run", ...process.argv.slice(2)]));
