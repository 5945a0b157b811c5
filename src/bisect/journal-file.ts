import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { syncDirectory } from "../story/file-home.ts";
import { type Line, lineOf, readJournal } from "./core/journal.ts";

/** Keeps other processes out for as long as it is held; throws when it is not to be had at once. */
export type HoldLock = (path: string) => Promise<{ release(): Promise<void> }>;

export type JournalFile = {
  /** All that stands in it. */
  readonly lines: readonly Line[];
  /** On disk before it is done; a full disk leaves no half a line. */
  append(line: Line): Promise<void>;
  close(): Promise<void>;
};

const journalIn = (directory: string) => join(directory, "journal.jsonl");

/** To read what is there, while somebody may be writing: a line that is half written is left out. */
export const linesIn = (directory: string): Line[] => linesOfFile(journalIn(directory));

/** A journal by its own path: one that somebody sent. */
export function linesOfFile(path: string): Line[] {
  try {
    return [...parse(path, readFileSync(path, "utf8")).lines];
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("bisect.no-journal", { path, why: reason(error) }, error);
  }
}

/** To write: one process at a time; whoever comes second is told who the first is. */
export async function openJournal(wish: {
  readonly directory: string;
  readonly first?: Line;
  readonly holdLock: HoldLock;
  readonly owner: Owner;
}): Promise<JournalFile> {
  const { directory, first, holdLock, owner } = wish;
  const note = noteIn(directory);
  const lock = await holdLock(join(directory, "lock")).catch((error: unknown) => {
    throw new Fault("bisect.locked", { directory, owner: ownerWords(directory) }, error);
  });
  try {
    writeFileSync(note, JSON.stringify(owner));
    const file = await opened(journalIn(directory), first);
    return {
      ...file,
      close: async () => {
        await file.close();
        rmSync(note, { force: true });
        await lock.release();
      },
    };
  } catch (error) {
    rmSync(note, { force: true });
    await lock.release();
    throw error;
  }
}

type Owner = { readonly user: string; readonly pid: number; readonly since: string };
const noteIn = (directory: string) => join(directory, "owner.json");

/** Nobody also when who holds it has just come, or is just going. */
function ownerIn(directory: string): Owner | undefined {
  try {
    return (JSON.parse(readFileSync(noteIn(directory), "utf8")) as Owner | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Who works on a search now: a process that is alive. */
export function workerIn(directory: string): string | null {
  const owner = ownerIn(directory);
  return owner !== undefined && existsSync(`/proc/${Number(owner.pid)}`) ? String(owner.user) : null;
}

function ownerWords(directory: string): string {
  const owner = ownerIn(directory);
  return owner === undefined
    ? "another process"
    : `${owner.user}, process ${owner.pid}, since ${owner.since}`;
}

async function opened(path: string, first: Line | undefined): Promise<JournalFile> {
  const file = await open(path, "a+", 0o600);
  try {
    let text = await readFile(path, "utf8");
    if (!text.includes("\n") && first !== undefined) {
      await file.truncate(0);
      text = lineOf(first);
      await file.appendFile(text);
      await file.datasync();
      await syncDirectory(dirname(path)); // the file's name must last too
    }
    const { lines: found, whole } = parse(path, text);
    const lines = [...found];
    let bytes = Buffer.byteLength(text.slice(0, whole));
    await file.truncate(bytes);
    let turn = Promise.resolve(); // several machines hand in at once
    const write = async (line: Line) => {
      const words = lineOf(line);
      try {
        await file.appendFile(words);
        await file.datasync();
      } catch (error) {
        await file.truncate(bytes);
        throw error;
      }
      bytes += Buffer.byteLength(words);
      lines.push(line);
    };
    return {
      lines,
      append: (line) => {
        const done = turn.then(() => write(line));
        turn = done.catch(() => {}); // its own caller hears of it
        return done;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function parse(path: string, text: string) {
  const read = readJournal(text);
  if (read.ok) return read.value;
  throw new Fault("bisect.journal-broken", { path, line: `${read.at}`, flaw: read.flaw });
}
