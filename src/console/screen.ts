import serialize from "@xterm/addon-serialize";
import xterm from "@xterm/headless";

export const COLUMNS = 80;
export const ROWS = 24;
/** US ASCII, British, and the line drawing of dialogs. */
const CHARACTER_SETS = ["B", "A", "0"];

/** The console's screen as a terminal would show it, without showing it. */
export class Screen {
  readonly #terminal = new xterm.Terminal({
    cols: COLUMNS,
    rows: ROWS,
    scrollback: 400,
    allowProposedApi: true,
  });
  readonly #serializer = new serialize.SerializeAddon();
  readonly #characterSets = new Map<string, string>();
  #since = this.#terminal.registerMarker(0);

  constructor() {
    // The addon is typed for the page's terminal; the headless one has the part it uses.
    this.#terminal.loadAddon(this.#serializer as never);
    for (const slot of ["(", ")"]) for (const set of CHARACTER_SETS) this.#remember(slot, set);
  }

  /** Resolves when the bytes have been interpreted. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(bytes, resolve));
  }

  /** The 24 lines that stand, trailing blanks cut. */
  lines(): string[] {
    const from = this.#terminal.buffer.active.baseY;
    return this.#text(from, from + ROWS);
  }

  /** The lines that passed since the last call, from the one that the cursor was on then. */
  passed(): string[] {
    const buffer = this.#terminal.buffer.active;
    const cursor = buffer.baseY + buffer.cursorY;
    const from =
      this.#since === undefined || this.#since.line < 0 ? buffer.baseY : Math.min(this.#since.line, cursor);
    this.#since?.dispose();
    this.#since = this.#terminal.registerMarker(0);
    return this.#text(from, cursor + 1);
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

  #text(from: number, to: number): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: to - from },
      (_, i) => buffer.getLine(from + i)?.translateToString(true) ?? "",
    );
  }
}
