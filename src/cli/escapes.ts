/** The escapes of ssh(1) and ipmitool: `~` at the start of a line, then one character. */
export type Escapes = { readonly at: "line start" | "inside" | "tilde" };
export type EscapeAct = "quit" | "help" | "take" | "leave" | "break";

export const ESCAPES: Escapes = { at: "line start" };
export const HELP =
  "~. leaves, ~t takes the keyboard, ~l gives it back, ~B sends a break, ~~ types ~, ~? this help";

const ACTS: Readonly<Record<string, EscapeAct>> = {
  ".": "quit",
  "?": "help",
  t: "take",
  l: "leave",
  B: "break",
};
const TILDE = 0x7e;
const LINE_ENDS = [0x0a, 0x0d];

/** What typed bytes mean: those for the machine, and the acts among them. */
export function readTyped(
  now: Escapes,
  bytes: Uint8Array,
): { escapes: Escapes; send: Uint8Array; acts: EscapeAct[] } {
  const send: number[] = [];
  const acts: EscapeAct[] = [];
  let { at } = now;
  for (const byte of bytes) {
    if (at === "line start" && byte === TILDE) {
      at = "tilde";
      continue;
    }
    const act = at === "tilde" ? ACTS[String.fromCharCode(byte)] : undefined;
    if (act !== undefined) {
      acts.push(act);
      at = "line start";
      continue;
    }
    if (at === "tilde" && byte !== TILDE) send.push(TILDE);
    send.push(byte);
    at = LINE_ENDS.includes(byte) ? "line start" : "inside";
  }
  return { escapes: { at }, send: Uint8Array.from(send), acts };
}
