import type { Entry, Journal, Told } from "./core/story.ts";

/** A story that this process alone may tell now, until it gives it back or loses it. */
export type Claim = {
  readonly story: Told;
  /** Aborts when the claim is lost, or when somebody cancels the story: its reason says which. */
  readonly signal: AbortSignal;
  /** How long after a read began the claim surely holds: a process that was paused longer reads again. */
  readonly holdsForMs: number;
  /** All that was told, and whether somebody wants it to end; read at the source that grants claims. */
  read(): Promise<{ readonly journal: Journal; readonly cancelled: boolean }>;
  /** Throws when the claim is lost or the place is taken: then nothing was written. */
  append(entry: Entry): Promise<void>;
  rest(forMs: number): Promise<void>;
  end(how: "done" | "failed" | "cancelled", says: string): Promise<void>;
  release(): Promise<void>;
};

/** Where journals are kept and claims are granted: a file, or the store. */
export type Home = {
  /** A story of one of these kinds whose lane nobody holds, or nothing. */
  claim(kinds: readonly string[]): Promise<Claim | undefined>;
};

/** Why a claim's signal was aborted. */
export type Abort = { readonly because: "lost" | "cancelled" };
