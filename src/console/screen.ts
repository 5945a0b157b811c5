import serialize from "@xterm/addon-serialize";
import xterm from "@xterm/headless";
import { COLUMNS, ROWS } from "./core/screen-rows.ts";

/** Lines that may pass between two looks, beside those in sight; each is memory of every console. */
const SCROLLBACK = 100;
/** US ASCII, British, and the line drawing of dialogs. */
const CHARACTER_SETS = ["B", "A", "0"];

/** The public `write` waits for a turn of its own each time, which costs more than the bytes; no handler here waits. */
type Inside = { readonly _core: { writeSync(bytes: Uint8Array): void } };

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
  #since = this.#terminal.registerMarker(0);

  constructor() {
    // The addon is typed for the page's terminal; the headless one has the part it uses.
    this.#terminal.loadAddon(this.#serializer as never);
    for (const slot of ["(", ")"]) for (const set of CHARACTER_SETS) this.#remember(slot, set);
  }

  /** Interprets the bytes at once. */
  write(bytes: Uint8Array): void {
    (this.#terminal as unknown as Inside)._core.writeSync(bytes);
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  resize(rows: number): void {
    this.#terminal.resize(COLUMNS, rows);
  }

  /** The lines that stand, trailing blanks cut. */
  lines(): string[] {
    const from = this.#terminal.buffer.active.baseY;
    return this.#text(from, from + this.rows);
  }

  /** The lines that passed since the last call, from the one that the cursor was on then. */
  passed(): string[] {
    const buffer = this.#terminal.buffer.active;
    const cursor = buffer.baseY + buffer.cursorY;
    const from =
      this.#since === undefined || this.#since.line < 0 ? buffer.baseY : Math.min(this.#since.line, cursor);
    this.#since?.dispose();
    this.#since = this.#terminal.registerMarker(0);
    return this.#whole(from, cursor);
  }

  /** Text that redraws this screen in an empty terminal, and leaves it with the machine's character sets. */
  redraw(): string {
    const sets = [...this.#characterSets].map(([slot, set]) => `\x1b${slot}${set}`).join("");
    return `${sets}${this.#serializer.serialize({ scrollback: 0 })}`;
  }

  dispose(): void {
    this.#terminal.dispose();
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
