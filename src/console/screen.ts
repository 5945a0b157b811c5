import serialize from "@xterm/addon-serialize";
import xterm from "@xterm/headless";
import { COLUMNS, ROWS } from "./core/screen-rows.ts";
import { Pile } from "./pile.ts";

/** Lines that may pass while a part is drawn, beside those in sight; each is memory of every console. */
const SCROLLBACK = 32;
/** Lines of ten bytes are as many as the screen remembers. */
const PART = 320;
const LONGEST_LINE = 4096;
/** Plain text is not drawn before somebody looks; of more than this only what may still be seen is kept. */
const MOST_UNDRAWN = 8 * 1024;
/** US ASCII, British, and the line drawing of dialogs. */
const CHARACTER_SETS = ["B", "A", "0"];

/** The public `write` waits for a turn of its own each time, which costs more than the bytes; no handler here waits. */
type Inside = { readonly _core: { writeSync(bytes: Uint8Array): void } };

export type Passed = {
  readonly lines: readonly string[]; // from the one that the cursor was on before
  readonly isDrawn: boolean; // the cursor went elsewhere than along a line and to the next
};

const LINE_END = /\r+\n/;
const [CR, LF] = [0x0d, 0x0a];
/** An escape sequence or control sequence that is whole, and what follows it (ECMA-48 5.3, 5.4). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they begin with
const WHOLE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|[ -/]*[0-OQ-WYZ\\`-~])/;

/** Whether these are lines of printable ASCII and nothing else, and none ends in the middle of its end. */
function isPlain(bytes: Uint8Array): boolean {
  let before = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    const isText = byte >= 0x20 && byte < 0x7f && before !== CR;
    const isEnd = (byte === LF && before === CR) || byte === CR;
    if (!isText && !isEnd) return false;
    before = byte;
  }
  return before !== CR;
}

/** Whether they may end in the middle of a sequence, or of a character. */
function isCut(bytes: Uint8Array): boolean {
  const began = bytes.lastIndexOf(0x1b);
  const isWhole = began < 0 || WHOLE.test(Buffer.from(bytes.subarray(began)).toString("latin1"));
  return !isWhole || (bytes.at(-1) ?? 0) >= 0x80;
}

/** The console's screen as a terminal would show it, without showing it. */
export class Screen {
  readonly #terminal = new xterm.Terminal({
    cols: COLUMNS,
    rows: ROWS,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
    logLevel: "off", // it tells stderr of each broken sequence, and machines send those
  });
  readonly #serializer = new serialize.SerializeAddon();
  readonly #characterSets = new Map<string, string>();
  /** What the cursor's line holds, where nothing is behind the cursor; plain text goes on from there. */
  #line: string | undefined = "";
  readonly #undrawn = new Pile();
  #scrollsPart = false;

  constructor() {
    // The addon is typed for the page's terminal; the headless one has the part it uses.
    this.#terminal.loadAddon(this.#serializer as never);
    for (const slot of ["(", ")"]) for (const set of CHARACTER_SETS) this.#remember(slot, set);
    this.#terminal.parser.registerCsiHandler({ final: "r" }, () => {
      this.#scrollsPart = true;
      return false;
    });
  }

  /** Draws the bytes. */
  write(bytes: Uint8Array): void {
    this.#drawUndrawn();
    this.#draw(bytes);
    this.#line = undefined;
  }

  /** Draws the bytes, and tells what passed. Most is lines without more, which need not be asked of the terminal. */
  read(bytes: Buffer): Passed {
    if (this.#line !== undefined && isPlain(bytes)) {
      this.#undrawn.put(bytes);
      if (this.#undrawn.length > MOST_UNDRAWN) this.#forgetUnseen();
      const lines = `${this.#line}${bytes.toString("latin1")}`.split(LINE_END);
      const last = lines.at(-1)!;
      this.#line = last.length > LONGEST_LINE ? undefined : last;
      return { lines, isDrawn: false };
    }
    const lines = this.#drawn(bytes.subarray(0, PART));
    for (let from = PART; from < bytes.length; from += PART) {
      const more = this.#drawn(bytes.subarray(from, from + PART));
      if (more[0]!.startsWith(lines.at(-1)!)) lines.pop(); // it went on
      lines.push(...more);
    }
    return { lines, isDrawn: true };
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  resize(rows: number): void {
    this.#drawUndrawn();
    this.#terminal.resize(COLUMNS, rows);
  }

  /** The lines that stand, trailing blanks cut. */
  lines(): string[] {
    this.#drawUndrawn();
    const from = this.#terminal.buffer.active.baseY;
    return this.#text(from, from + this.rows);
  }

  /** Text that redraws this screen in an empty terminal, and leaves it with the machine's character sets. */
  redraw(): string {
    this.#drawUndrawn();
    const sets = [...this.#characterSets].map(([slot, set]) => `\x1b${slot}${set}`).join("");
    return `${sets}${this.#serializer.serialize({ scrollback: 0 })}`;
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #draw(bytes: Uint8Array): void {
    (this.#terminal as unknown as Inside)._core.writeSync(bytes);
  }

  #drawUndrawn(): void {
    if (this.#undrawn.length === 0) return;
    this.#forgetUnseen();
    this.#undrawn.lend((bytes) => this.#draw(bytes));
  }

  /**
   * Of lines the last ones stay, from the end of one on: whatever stood, as many as the screen has move the
   * cursor down to its last row, and as many again move all of that out of sight.
   */
  #forgetUnseen(): void {
    if (!this.#scrollsPart) this.#undrawn.keepLines(2 * this.rows, LF);
  }

  /** The lines that passed while these bytes were drawn. */
  #drawn(bytes: Uint8Array): string[] {
    this.#drawUndrawn();
    const mark = this.#terminal.registerMarker(0);
    this.#draw(bytes);
    const { baseY, cursorY, cursorX } = this.#terminal.buffer.active;
    const cursor = baseY + cursorY;
    const from = mark === undefined || mark.line < 0 ? baseY : Math.min(mark.line, cursor);
    mark?.dispose();
    const lines = this.#whole(from, cursor);
    this.#line = isCut(bytes) ? undefined : this.#upTo(cursor, cursorX, lines.at(-1) ?? "");
    return lines;
  }

  /** Of the cursor's line what is before the cursor, if that is all, and letters are letters. */
  #upTo(cursor: number, column: number, line: string): string | undefined {
    let length = column;
    for (let at = cursor; this.#terminal.buffer.active.getLine(at)?.isWrapped; at -= 1) length += COLUMNS;
    const drawsLines = [...this.#characterSets.values()].includes("0");
    return drawsLines || line.length > length || length > LONGEST_LINE ? undefined : line.padEnd(length);
  }

  /** ECMA-35 designations: a program sets them once when it starts, and the addon does not keep them. */
  #remember(slot: string, set: string): void {
    this.#terminal.parser.registerEscHandler({ intermediates: slot, final: set }, () => {
      this.#characterSets.set(slot, set);
      return false; // the terminal does its own part as well
    });
  }

  /** Lines as they were written: what the screen's edge broke is one. */
  #whole(from: number, last: number): string[] {
    const buffer = this.#terminal.buffer.active;
    const whole: string[] = [];
    let at = from;
    while (at > 0 && buffer.getLine(at)?.isWrapped) at -= 1;
    for (; at <= last; at += 1) {
      const line = buffer.getLine(at);
      const isBroken = buffer.getLine(at + 1)?.isWrapped === true;
      const text = line?.translateToString(!isBroken) ?? "";
      if (line?.isWrapped && whole.length > 0) whole.push(`${whole.pop()}${text}`);
      else whole.push(text);
    }
    return whole;
  }

  #text(from: number, to: number): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: to - from },
      (_, i) => buffer.getLine(from + i)?.translateToString(true) ?? "",
    );
  }
}
