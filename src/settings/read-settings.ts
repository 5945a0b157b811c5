import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import { Fault, reason } from "../base/fault.ts";
import { lineOf } from "./core/line-of.ts";
import { type Settings, settings } from "./core/settings.ts";

/** Reads rackhand.toml; all that is wrong with it is said at once, each with its line, its key and what it wants. */
export function readSettings(path: string): Settings {
  const refused: Refused = (wrong, cause) =>
    new Fault("settings.wrong", { path, wrong: wrong.join("\n  ") }, cause);
  const text = textOf(path, refused);
  return settingsOf(tomlOf(text, refused), text, refused);
}

/** Settings from anywhere; `text` is what lines are counted in. Throws what `refused` makes of the mistakes. */
export function settingsOf(
  from: unknown,
  text: string,
  refused: (wrong: readonly string[]) => Error,
): Settings {
  const read = settings.safeParse(from);
  if (read.success) return read.data;
  throw refused(mistakesIn(read.error, text));
}

/** Each with its line, its key and what it wants. */
export function mistakesIn({ issues }: z.ZodError, text: string): string[] {
  return issues.map((issue) => {
    const keys = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
    const line = lineOf(text, keys);
    const what = issue.code === "unrecognized_keys" ? "there is no such key" : issue.message;
    return `${line === undefined ? "" : `line ${line}, `}${written(keys)}: ${what}`;
  });
}

type Refused = (wrong: readonly string[], cause?: unknown) => Error;

export function textOf(path: string, refused: Refused): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refused([`it cannot be read: ${reason(error)}`], error);
  }
}

export function tomlOf(text: string, refused: Refused): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [says] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    throw refused([`line ${error.line}, column ${error.column}: ${says}`], error);
  }
}

/** `segment 2, pool`: people count from 1. */
const written = (keys: readonly PropertyKey[]): string =>
  keys
    .map((key, i) => (typeof key === "number" ? `${key + 1}` : `${i === 0 ? "" : ", "}${String(key)}`))
    .join(" ")
    .replaceAll(" , ", ", ");

/** Where nobody says anything. */
export const usualSettings: Settings = settings.parse({});
