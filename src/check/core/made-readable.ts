import { quoted } from "../../base/quoted.ts";
import type { Step } from "./rule.ts";

/** The files alone: were it a directory's doing, the rule fails again, and it is taken back. */
export const madeReadable = (paths: readonly string[]): Step[] =>
  [...new Set(paths)].map((path) => ({
    run: `! grep -aq "PRIVATE KEY" ${quoted(path)} || { echo "a private key is in it"; exit 1; }; chmod a+r ${quoted(path)}`,
    keeps: [path],
  }));
