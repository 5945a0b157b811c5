import type { TftpOptions } from "./packet.ts";

/** What both sides agreed on for one transfer. */
export type Terms = {
  readonly bytes: number;
  readonly blockBytes: number;
  readonly window: number; // blocks before an acknowledgement (RFC 7440)
  readonly firstWaitMs: number; // before anything is known of the round trip
};
export type Limits = { readonly mostBlockBytes: number };

const DEFAULT_BLOCK = 512;
const [LEAST_BLOCK, MOST_BLOCK] = [8, 65_464]; // RFC 2348
const MOST_WINDOW = 32;
const MOST_WINDOW_BYTES = 256 * 1024;
const [FIRST_WAIT_MS, MOST_FIRST_WAIT_MS] = [1000, 5000]; // nobody may hold a place here for minutes

/** UDP and TFTP headers take 12 bytes, IP's own 20 or 40. */
const HEADER_BYTES = { ipv4: 32, ipv6: 52 } as const;

/** A block that fills a packet of the interface. Never a fragment. */
export const largestBlock = (mtuBytes: number, family: keyof typeof HEADER_BYTES = "ipv4"): number =>
  Math.max(LEAST_BLOCK, Math.min(MOST_BLOCK, mtuBytes - HEADER_BYTES[family]));

/** `answer` holds only options that were asked (RFC 2347); empty means that data begins without an OACK. */
export function agree(
  asked: TftpOptions,
  bytes: number,
  limits: Limits,
): { terms: Terms; answer: TftpOptions } {
  const answer = new Map<string, string>();
  const [block, window, seconds, size] = ["blksize", "windowsize", "timeout", "tsize"].map((name) =>
    wholeNumber(asked.get(name)),
  );
  let terms: Terms = { bytes, blockBytes: DEFAULT_BLOCK, window: 1, firstWaitMs: FIRST_WAIT_MS };
  if (block !== undefined && block >= LEAST_BLOCK && block <= MOST_BLOCK) {
    terms = { ...terms, blockBytes: Math.min(block, limits.mostBlockBytes) };
    answer.set("blksize", String(terms.blockBytes));
  }
  if (window !== undefined && window >= 1 && window <= 0xffff) {
    const room = Math.max(1, Math.floor(MOST_WINDOW_BYTES / terms.blockBytes));
    terms = { ...terms, window: Math.min(window, MOST_WINDOW, room) };
    answer.set("windowsize", String(terms.window));
  }
  if (seconds !== undefined && seconds >= 1 && seconds <= 255) {
    terms = { ...terms, firstWaitMs: Math.min(seconds * 1000, MOST_FIRST_WAIT_MS) };
    answer.set("timeout", String(seconds)); // RFC 2349: the same, or left out
  }
  if (size !== undefined) answer.set("tsize", String(bytes));
  return { terms, answer };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
