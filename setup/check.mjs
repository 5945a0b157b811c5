// `npm run check`: what CI runs before the tests. Types, lint and format, the architecture, generated pages.
import { build, ensureModules, ensureNode, must, say } from "./machine.mjs";

export function check() {
  build();
  must("node_modules/.bin/tsc", ["-p", "tsconfig.test.json"]);
  must("node_modules/.bin/tsc", ["-p", "tsconfig.web.json"]);
  must("node_modules/.bin/biome", ["check", "--error-on-warnings", "."]);
  must("node_modules/.bin/vitest", ["run", "test/tidy", "--reporter=dot"]);
  say("Types, lint, architecture and generated pages are fine.");
}

if (process.argv[1]?.endsWith("check.mjs")) {
  ensureNode();
  ensureModules();
  check();
}
