import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** argv that runs `rack hold` from the sources. */
export const RACK_ENTRY: readonly string[] = [
  process.execPath,
  ...["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm")).href],
  join(import.meta.dirname, "rack-entry.ts"),
];
