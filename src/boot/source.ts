import type { FileHandle } from "node:fs/promises";
import { reason } from "../base/fault.ts";
import { type Held, hotFiles } from "./hot-files.ts";
import { openInside } from "./open-inside.ts";
import type { BootWorld, Client, FileAnswer } from "./world.ts";

/** Something to send, opened: whoever got it closes it. */
export type Source = {
  readonly is: "ready";
  readonly bytes: number;
  readonly held?: Uint8Array; // all of it, where it is in memory
  /** At most what was asked, never short: a file that shrank meanwhile is an error. */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
};
export type NoSource = { readonly is: "missing" | "refused" | "failed"; readonly because: string };

/** One for the process: the bound is on its memory, however many segments it serves. */
const hot = hotFiles();

export async function sourceFor(world: BootWorld, client: Client, path: string): Promise<Source | NoSource> {
  let answer: FileAnswer;
  try {
    answer = await world.fileFor(client, path);
  } catch (error) {
    return { is: "failed", because: `preparing it failed: ${reason(error)}` };
  }
  if (answer.is === "missing") return answer;
  if (answer.is === "bytes") return fromBytes(answer.bytes);
  const { root } = answer;
  const known = hot.at(root, answer.path);
  if (known) return fromHeld(known);
  const opened = await openInside(root, answer.path);
  if (opened.is !== "open") return opened;
  const { handle, bytes } = opened;
  const held = await hot.take(root, answer.path, handle).catch(() => undefined);
  if (held === undefined) return fromFile(handle, bytes);
  await handle.close();
  return fromHeld(held);
}

const fromBytes = (bytes: Uint8Array): Source => fromHeld({ bytes, release: () => {} });

function fromHeld({ bytes, release }: Held): Source {
  return {
    is: "ready",
    bytes: bytes.length,
    held: bytes,
    read: async (from, to) => bytes.subarray(from, to),
    close: async () => release(),
  };
}

function fromFile(handle: FileHandle, bytes: number): Source {
  return {
    is: "ready",
    bytes,
    read: (from, to) => readWhole(handle, from, to),
    close: () => handle.close(),
  };
}

async function readWhole(handle: FileHandle, from: number, to: number): Promise<Uint8Array> {
  const piece = Buffer.allocUnsafe(to - from);
  for (let at = 0; at < piece.length; ) {
    const { bytesRead } = await handle.read(piece, at, piece.length - at, from + at);
    if (bytesRead === 0) throw new Error("the file became shorter while it was sent");
    at += bytesRead;
  }
  return piece;
}
