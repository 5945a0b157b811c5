import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { Fault, reason } from "../base/fault.ts";
import { lineOf } from "./core/line-of.ts";
import { type Settings, settings } from "./core/settings.ts";

/** Reads rackhand.toml; all that is wrong with it is said at once, each with its line, its key and what it wants. */
export function readSettings(path: string): Settings {
  const text = textOf(path);
  return settingsOf(
    tomlOf(path, text),
    text,
    (wrong) => new Fault("settings.wrong", { path, wrong: wrong.join("\n  ") }),
  );
}

/** Settings from anywhere; `text` is what lines are counted in. Throws what `refused` makes of the mistakes. */
export function settingsOf(
  from: unknown,
  text: string,
  refused: (wrong: readonly string[]) => Error,
): Settings {
  const read = settings.safeParse(from);
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => {
    const keys = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
    const line = lineOf(text, keys);
    const what = issue.code === "unrecognized_keys" ? "there is no such key" : issue.message;
    return `${line === undefined ? "" : `line ${line}, `}${written(keys)}: ${what}`;
  });
  throw refused(wrong);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("settings.wrong", { path, wrong: `it cannot be read: ${reason(error)}` }, error);
  }
}

function tomlOf(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [says] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw new Fault(
      "settings.wrong",
      { path, wrong: `line ${error.line}, column ${error.column}: ${says}` },
      error,
    );
  }
}

/** `segment 2, pool`: people count from 1. */
const written = (keys: readonly PropertyKey[]): string =>
  keys
    .map((key, i) => (typeof key === "number" ? `${key + 1}` : `${i === 0 ? "" : ", "}${String(key)}`))
    .join(" ")
    .replaceAll(" , ", ", ");
