import type { FileHandle } from "node:fs/promises";
import { reason } from "../base/fault.ts";
import { openInside } from "./open-inside.ts";
import type { BootWorld, Client, FileAnswer } from "./world.ts";

/** Something to send, opened: whoever got it closes it. */
export type Source = {
  readonly is: "ready";
  readonly bytes: number;
  /** At most what was asked, never short: a file that shrank meanwhile is an error. */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
};
export type NoSource = { readonly is: "missing" | "refused" | "failed"; readonly because: string };

export async function sourceFor(world: BootWorld, client: Client, path: string): Promise<Source | NoSource> {
  let answer: FileAnswer;
  try {
    answer = await world.fileFor(client, path);
  } catch (error) {
    return { is: "failed", because: `preparing it failed: ${reason(error)}` };
  }
  if (answer.is === "missing") return answer;
  if (answer.is === "bytes") return fromBytes(answer.bytes);
  const opened = await openInside(answer.root, answer.path);
  return opened.is === "open" ? fromFile(opened.handle, opened.bytes) : opened;
}

function fromBytes(bytes: Uint8Array): Source {
  return {
    is: "ready",
    bytes: bytes.length,
    read: async (from, to) => bytes.subarray(from, to),
    close: async () => {},
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
