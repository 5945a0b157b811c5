type Out = { write(text: string): unknown; readonly rows: number; readonly columns: number };

const EVERY_MS = 100;

/** The console above, the newest lines of the timeline below; both live on one terminal. */
export class LiveView {
  readonly #out: Out;
  readonly #consoleRows: number;
  readonly #lines: string[] = [];
  #redraw: () => string = () => "";
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #title = "";

  constructor(out: Out, consoleRows: number) {
    this.#out = out;
    this.#consoleRows = consoleRows;
    this.#out.write("\x1b[?1049h\x1b[2J");
  }

  screen(redraw: () => string): void {
    this.#redraw = redraw;
    this.#soon();
  }

  /** Stands in the bar between console and timeline. */
  title(text: string): void {
    this.#title = text;
    this.#soon();
  }

  line(text: string): void {
    this.#lines.push(text);
    if (this.#lines.length > 500) this.#lines.shift();
    this.#soon();
  }

  /** Leaves the lines behind on the ordinary screen, as a log would be. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#out.write(`\x1b[0m\x1b[?25h\x1b[?1049l${this.#lines.join("\n")}\n`);
  }

  #soon(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, EVERY_MS);
  }

  #draw(): void {
    const { rows, columns } = this.#out;
    const below = rows - this.#consoleRows - 1;
    const cut = (line: string) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line);
    const title = this.#title === "" ? "" : ` ${this.#title} `;
    const bar = cut(`──${title}`.padEnd(columns, "─"));
    const lines = this.#lines.slice(-below).map((line) => `\x1b[0m${cut(line)}`);
    // Synchronised output (DEC private mode 2026): terminals that know it show no half-drawn frame.
    this.#out.write(
      `\x1b[?2026h\x1b[?25l\x1b[0m\x1b[H\x1b[J${this.#redraw()}` +
        `\x1b[0m\x1b[${this.#consoleRows + 1};1H${bar}\r\n${lines.join("\r\n")}\x1b[?2026l`,
    );
  }
}
