import type { Address } from "../base/address.ts";
import type { TftpOptions } from "./core/tftp/packet.ts";
import type { Terms } from "./core/tftp/terms.ts";
import type { Transfer } from "./core/tftp/transfer.ts";
import type { Source } from "./source.ts";

/** Who carries transfers: `dgram` of Node, or a thread with system calls of its own. */
export type Transfers = {
  readonly start: (assignment: Assignment) => Promise<Running>;
  /** Whoever started transfers has stopped them before. */
  readonly stop: () => Promise<void>;
};
export type Assignment = {
  readonly from: Address; // the address that the request came to
  readonly to: { readonly address: string; readonly port: number };
  readonly source: Source;
  readonly terms: Terms;
  readonly answer: TftpOptions;
};
export type Ended = Extract<Transfer, { at: "done" | "dead" }> & { readonly because?: string };
export type Running = {
  readonly ended: Promise<Ended>;
  /** The client asked again: its first packet got lost, so ours is repeated, unless things have moved on. */
  readonly askedAgain: () => boolean;
  readonly stop: () => void;
};
