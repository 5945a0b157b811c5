import type { CastEvent } from "./asciicast.ts";

/** One line that a machine wrote, without what only a terminal obeys; or a mark of the timeline. */
export type LogLine = { readonly at: number; readonly is: "said" | "mark"; readonly text: string };

const MOST_LINE = 2000;
const [BEL, BS, LF, CR, CAN, SUB, ESC, DEL] = ["\x07", "\b", "\n", "\r", "\x18", "\x1a", "\x1b", "\x7f"];
/** ECMA-48 8.3: strings that a terminal swallows until their terminator (DCS, SOS, OSC, PM, APC). */
const STRINGS = "PX]^_";
/** CSI sequences that move elsewhere: what follows is not the same line (CUP, HVP, VPA, ED, and scrolling). */
const MOVES = "HfdJSTABEF";

type Place = "text" | "escape" | "sequence" | "charset" | "string" | "string escape";

/** Turns recorded output into lines of text with the time of each line's first character. */
export class Transcript {
  readonly #startedAt: number;
  #place: Place = "text";
  #line = "";
  #column = 0;
  #since = 0;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** The lines that ended with this event. */
  read({ ms, code, text }: CastEvent): LogLine[] {
    const at = this.#startedAt + ms;
    if (code === "m") return [...this.end(), { at, is: "mark", text }];
    if (code === "r") return [];
    const lines: LogLine[] = [];
    for (const character of text) {
      if (this.#take(character, at)) lines.push(...this.end());
    }
    return lines;
  }

  /** The line that has not ended, if something stands on it. */
  end(): LogLine[] {
    const text = this.#line.trimEnd();
    const line: LogLine = { at: this.#since, is: "said", text };
    this.#line = "";
    this.#column = 0;
    return text === "" ? [] : [line];
  }

  /** Whether the line ends here. */
  #take(character: string, at: number): boolean {
    if (this.#place === "text") return this.#takeText(character, at);
    if (character === CAN || character === SUB) this.#place = "text";
    else if (character === ESC) this.#place = this.#place === "string" ? "string escape" : "escape";
    else if (this.#place === "escape") {
      const isString = STRINGS.includes(character);
      this.#place =
        character === "["
          ? "sequence"
          : isString
            ? "string"
            : "()*+#% ".includes(character)
              ? "charset"
              : "text";
    } else if (this.#place === "charset") this.#place = "text";
    else if (this.#place === "sequence" && character >= "@" && character <= "~") {
      this.#place = "text";
      return MOVES.includes(character);
    } else if (this.#place === "string" && character === BEL) this.#place = "text";
    else if (this.#place === "string escape") this.#place = character === "\\" ? "text" : "string";
    return false;
  }

  #takeText(character: string, at: number): boolean {
    if (character === ESC) this.#place = "escape";
    else if (character === LF) return true;
    else if (character === CR) this.#column = 0;
    else if (character === BS) this.#column = Math.max(0, this.#column - 1);
    else if (character >= " " && character !== DEL && !(character >= "\x80" && character <= "\x9f")) {
      if (this.#line === "") this.#since = at;
      if (this.#column >= MOST_LINE) return false;
      const isInside = this.#column < this.#line.length;
      this.#line = isInside
        ? this.#line.slice(0, this.#column) + character + this.#line.slice(this.#column + 1)
        : this.#line + character;
      this.#column += 1;
    } else if (character === "\t") this.#takeText(" ", at);
    return false;
  }
}
