import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { float, string } from "@optique/core/valueparser";
import type { ConsoleLog } from "../../api/recordings.ts";
import { Fault } from "../../base/fault.ts";
import { printable } from "../../base/text.ts";
import { readDuration, size } from "../../base/units.ts";
import { json, machineName, says, TIME, timeOf } from "../common.ts";
import { dayOf } from "../lines.ts";
import { play } from "../play.ts";
import { printSaid } from "../print-said.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";

const since = optional(option("--since", TIME, says("Such as 2h, or 2026-11-24T08:00")));
const until = optional(option("--until", TIME, says("As --since")));
const WIDEST = 2000;

type Line = ConsoleLog["lines"][number];
const shown = ({ at, is, text }: Line): string =>
  `${dayOf(at)} ${new Date(at).toLocaleTimeString("sv")}  ${is === "mark" ? "── " : ""}${printable(text, WIDEST)}`;

/** The times that were given, as the API takes them. */
function span(words: { since: string | undefined; until: string | undefined }, now: number, of: string) {
  const from = timeOf(words.since, now, of);
  const to = timeOf(words.until, now, of);
  return { ...(from !== undefined && { since: from }), ...(to !== undefined && { until: to }) };
}

export const consoleLog = verb({
  words: "console log",
  says: "What a machine wrote on its console, as lines with their times; the last hour unless told",
  example: "rackhand console log m1 --since 1h --text error",
  options: object({
    name: machineName,
    ...{ since, until },
    text: optional(option("--text", string({ metavar: "TEXT" }), says("Only lines with this in them"))),
    json,
  }),
  async act({ name, text, json: asJson, ...times }, { api, out, now }) {
    const wanted = { name, ...(text !== undefined && { text }), ...span(times, now(), "console log") };
    for (let from: { since?: number } = {}; ; ) {
      const { lines, next } = await api.ask("consoleLog", { ...wanted, ...from });
      for (const line of lines) out(asJson ? JSON.stringify(line) : shown(line));
      if (next === null) return 0;
      from = { since: next };
    }
  },
});

export const consoleSearch = verb({
  words: "console search",
  says: "Lines with a text in them, in the recordings of one machine or of all",
  example: 'rackhand console search "I/O error" --since 7d',
  options: object({
    text: argument(string({ metavar: "TEXT" }), says("In whatever case")),
    machine: optional(option("--machine", string({ metavar: "NAME" }), says("Only this one"))),
    ...{ since, until, json },
  }),
  async act({ text, machine, json: asJson, ...times }, { api, out, err, now }) {
    const wanted = {
      text,
      ...(machine !== undefined && { machine }),
      ...span(times, now(), "console search"),
    };
    const { found, unread } = await api.ask("searchConsoles", wanted);
    for (const line of found) out(asJson ? JSON.stringify(line) : `${line.machine}  ${shown(line)}`);
    if (unread.length > 0) err(`Could not look at ${unread.join(", ")}: no agent attends to their segment.`);
    return unread.length > 0 ? 2 : found.length > 0 ? 0 : 1;
  },
});

export const consoleRecordings = verb({
  words: "console recordings",
  says: "A machine's console recordings (asciicast v2 files)",
  example: "rackhand console recordings m1",
  options: object({ name: machineName, json }),
  async act({ name, json: asJson }, { api, out, width }) {
    const { recordings } = await api.ask("listRecordings", { name });
    const rows = recordings.map((one) => [new Date(one.startedAt).toISOString(), size(one.bytes), one.file]);
    if (asJson) out(JSON.stringify(recordings));
    else for (const line of columns(["STARTED", "SIZE", "FILE"], rows, width)) out(line);
    return 0;
  },
});

export const consoleTryRule = verb({
  words: "console try-rule",
  says: "What a pattern for [[sightings]] of the settings would have recognised in recordings",
  example: "rackhand console try-rule 'nvme\\d+: I/O' web1-2026-03-02T03-14-00-000Z.cast",
  options: object({
    pattern: argument(
      string({ metavar: "PATTERN" }),
      says("A regular expression; its first group is the subject"),
    ),
    recordings: multiple(
      argument(
        string({ metavar: "RECORDING" }),
        says("Files, or names of kept ones; none: the newest 20 here"),
      ),
    ),
    screen: withDefault(flag("--screen", says("Match what stands on the screen, not each line")), false),
    json,
  }),
  async act({ json: asJson, ...asked }, { local, out }) {
    return printSaid(await local.tryRule(asked), asJson, out);
  },
});

const LENGTH = string({ metavar: "TIME" });

export const consolePlay = verb({
  words: "console play",
  says: "Play a recording at its own pace, the newest unless one is named",
  example: "rackhand console play m1 --speed 4 --idle-limit 2s",
  options: object({
    name: machineName,
    file: optional(argument(string({ metavar: "RECORDING" }), says("As `console recordings` lists it"))),
    speed: withDefault(
      option("--speed", float({ metavar: "N", min: 0.01, max: 64 }), says("How many times as fast")),
      1,
    ),
    from: withDefault(option("--from", LENGTH, says("So far into it, such as 5min")), "0s"),
    idleLimit: withDefault(option("--idle-limit", LENGTH, says("Longer silences are cut to this")), "1d"),
    whole: withDefault(flag("--at-once", says("Do not wait at all")), false),
  }),
  async act({ name, file: named, speed, from, idleLimit, whole }, { api, terminal, stopped }) {
    if (terminal === undefined)
      throw new Fault("use.wrong", {
        what: "A recording is played on a terminal; `rackhand console log` prints its text.",
        verb: "console play",
      });
    const { recordings } = await api.ask("listRecordings", { name });
    const file = named ?? recordings[0]?.file;
    if (file === undefined)
      throw new Fault("console.no-recording", { machine: name, file: "that could be played" });
    const fromMs = lengthOf(from);
    const idleLimitMs = whole ? 0 : lengthOf(idleLimit);
    await play({ name, file, fromMs, speed, idleLimitMs }, { api, terminal, stopped });
    return 0;
  },
});

function lengthOf(words: string): number {
  if (words === "0s") return 0;
  const read = readDuration(words);
  if (read.ok) return read.value;
  throw new Fault("use.wrong", {
    what: `"${words}" is no length of time, such as 90s.`,
    verb: "console play",
  });
}
