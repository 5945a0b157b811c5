import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "../base/fault.ts";
import { type Line, lineOf, readJournal, type Written } from "./core/journal-lines.ts";
import type { Entry, Journal, Told } from "./core/story.ts";
import type { Claim, Home } from "./home.ts";

/** Keeps other processes out of a journal for as long as it is held; handed in, since node has no flock(2). */
export type HoldLock = (path: string) => Promise<{ release(): Promise<void> }>;

/** One story in one file, for whoever tells it without a service. */
export type FileHome = Home & {
  readonly story: Told;
  /** As it stands now. */
  read(): { readonly journal: Journal; readonly end: Written["end"] };
  /** The story ends before its next act. */
  cancel(by: string, at: number): Promise<void>;
  close(): Promise<void>;
};

/** Opens a journal, or begins it with `first`; each line is on disk before it counts. */
export async function openFileHome(wish: {
  readonly path: string;
  readonly first?: Told;
  readonly holdLock: HoldLock;
}): Promise<FileHome> {
  const { path, first, holdLock } = wish;
  const lock = await holdLock(`${path}.lock`);
  try {
    const { file, written } = await openJournal(path, first);
    return homeOf(file, written, async () => {
      await file.close();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openJournal(path: string, first: Told | undefined) {
  const file = await open(path, "a+", 0o600);
  try {
    let text = await readFile(path, "utf8");
    if (!text.includes("\n") && first !== undefined) {
      await file.truncate(0);
      text = lineOf({ story: first });
      await file.appendFile(text);
      await file.datasync();
      await syncDirectory(dirname(path)); // the file's name must last too
    }
    const written = readJournal(text);
    if ("flaw" in written)
      throw new Fault("story.broken", { path, line: `${written.line}`, flaw: written.flaw });
    const bytes = Buffer.byteLength(text.slice(0, written.whole));
    await file.truncate(bytes);
    return { file, written: { ...written, bytes } };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function homeOf(
  file: FileHandle,
  written: Written & { bytes: number },
  close: () => Promise<void>,
): FileHome {
  const { story } = written;
  const journal = [...written.journal];
  let { cancelled, end } = written;
  let claimed = false;
  let restsUntil = 0; // by the monotonic clock: a rest is no longer because the date jumped
  const cancels = new AbortController();
  let bytes = written.bytes;
  const keep = async (line: Line) => {
    const text = lineOf(line);
    try {
      await file.appendFile(text);
      await file.datasync();
      bytes += Buffer.byteLength(text);
    } catch (error) {
      await file.truncate(bytes); // a full disk leaves no half a line for the next one to be glued to
      throw error;
    }
  };
  const claim: Claim = {
    story,
    signal: cancels.signal,
    holdsForMs: Number.POSITIVE_INFINITY,
    read: async () => ({ journal: [...journal], cancelled }),
    append: async (entry: Entry) => {
      if (entry.seq !== journal.length + 1) throw new Error(`entry ${entry.seq} has no place`);
      await keep({ entry });
      journal.push(entry);
    },
    rest: async (forMs) => {
      restsUntil = performance.now() + forMs;
    },
    end: async (how, says) => {
      await keep({ end: { how, says } });
      end = { how, says };
    },
    release: async () => {
      claimed = false;
    },
  };
  return {
    story,
    read: () => ({ journal: [...journal], end }),
    claim: async (kinds) => {
      const free = !claimed && end === undefined && performance.now() >= restsUntil;
      if (!free || !kinds.includes(story.kind)) return undefined;
      claimed = true;
      return claim;
    },
    cancel: async (by, at) => {
      if (cancelled || end !== undefined) return;
      await keep({ cancelled: { at, by } });
      cancelled = true;
      cancels.abort({ because: "cancelled" });
    },
    close,
  };
}

/** A file's name lasts only once its folder was written too. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
