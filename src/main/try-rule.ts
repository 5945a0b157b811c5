import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Fault, reason } from "../base/fault.ts";
import { readPattern } from "../base/pattern.ts";
import { counted, printable } from "../base/text.ts";
import type { RuleTried, Said } from "../cli/world.ts";
import { readCastLine } from "../console/core/asciicast.ts";
import { ownRule } from "../console/core/own-rule.ts";
import { Recordings } from "../console/recordings.ts";
import { sightingsIn } from "../console/replay.ts";
import { recordingsIn } from "./place.ts";

const inflate = promisify(gunzip);
const NEWEST = 20;
type Hit = { readonly recording: string; readonly ms: number; readonly subject: string };

/** What a pattern would have sighted in recordings: those named, or the newest that are kept here. */
export async function tryRule({ pattern, screen, recordings }: RuleTried, state: string): Promise<Said> {
  const read = readPattern(pattern);
  if (!read.ok) throw new Fault("use.wrong", { what: `${read.flaw}.`, verb: "console try-rule" });
  const reads = screen ? "screen" : "line";
  const rule = ownRule({ id: "tried", pattern: read.value, reads, says: "{subject}" });
  const paths = recordings.length > 0 ? recordings.map((name) => pathOf(name, state)) : await newest(state);
  const hits: Hit[] = [];
  for (const path of paths) {
    const events = (await textOf(path)).split("\n").flatMap((line) => readCastLine(line) ?? []);
    for await (const { ms, subject } of sightingsIn(events, [rule]))
      hits.push({ recording: basename(path), ms, subject });
  }
  const says = hits.map(
    ({ recording, ms, subject }) => `${recording}  ${clock(ms)}  ${printable(subject, 200)}`,
  );
  const total = `${counted(hits.length, "sighting")} in ${counted(paths.length, "recording")}`;
  return {
    says: [...says, total],
    answer: { pattern, reads, recordings: paths.length, hits },
    exit: hits.length > 0 ? 0 : 1,
  };
}

/** A file of any asciicast, or a recording that is kept here by its name. */
function pathOf(name: string, state: string): string {
  const kept = join(recordingsIn(state), basename(name));
  const there = [name, kept, `${kept}.gz`].find((path) => existsSync(path));
  if (there !== undefined) return there;
  throw new Fault("use.wrong", {
    what: `There is no recording "${printable(name)}".`,
    verb: "console try-rule",
  });
}

async function newest(state: string): Promise<string[]> {
  const kept = new Recordings(recordingsIn(state));
  const names = (await kept.names()).slice(0, NEWEST);
  if (names.length === 0)
    throw new Fault("use.wrong", {
      what: `No recordings are kept in ${kept.directory}: name files.`,
      verb: "console try-rule",
    });
  return names.map((name) => kept.pathOf(name));
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith(".gz") ? await inflate(bytes) : bytes).toString();
  } catch (error) {
    throw new Fault(
      "use.wrong",
      { what: `${path} cannot be read: ${reason(error)}.`, verb: "console try-rule" },
      error,
    );
  }
}

/** `00:12.345` into the recording. */
function clock(ms: number): string {
  const minutes = `${Math.floor(ms / 60_000)}`.padStart(2, "0");
  return `${minutes}:${((ms % 60_000) / 1000).toFixed(3).padStart(6, "0")}`;
}
