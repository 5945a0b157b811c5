import { linesIn } from "../base/text.ts";

/** What was typed and what was pasted, told apart by the terminal's own brackets (DEC private mode 2004). */
export type Pasting = { readonly isPaste: boolean; readonly held: string };
export type Piece = { readonly is: "typed" | "pasted"; readonly bytes: Uint8Array };

export const PASTING: Pasting = { isPaste: false, held: "" };
export const BRACKETS = { on: "\x1b[?2004h", off: "\x1b[?2004l" } as const;
const [BEGINS, ENDS] = ["\x1b[200~", "\x1b[201~"];
/** Without an end within so much the brackets are none. */
const MOST = 1024 * 1024;

/** A terminal that knows no brackets sends a paste in one piece: several lines at once are one too. */
export function readPasted(now: Pasting, bytes: Uint8Array): { pasting: Pasting; pieces: Piece[] } {
  let rest = now.held + Buffer.from(bytes).toString("latin1");
  let { isPaste } = now;
  const pieces: Piece[] = [];
  const put = (is: Piece["is"], text: string) => {
    if (text !== "") pieces.push({ is, bytes: Buffer.from(text, "latin1") });
  };
  for (;;) {
    const at = rest.indexOf(isPaste ? ENDS : BEGINS);
    if (at < 0) break;
    put(isPaste ? "pasted" : kindOf(rest.slice(0, at)), rest.slice(0, at));
    rest = rest.slice(at + ENDS.length);
    isPaste = !isPaste;
  }
  if (isPaste && rest.length < MOST) return { pasting: { isPaste, held: rest }, pieces };
  put(kindOf(rest), rest);
  return { pasting: PASTING, pieces };
}

/** Keys that came together because the line is slow are fewer than what anybody pastes. */
const MOST_KEYS = 16;
const kindOf = (text: string): Piece["is"] =>
  text.length > MOST_KEYS && linesIn(text) > 1 ? "pasted" : "typed";
