import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { linesIn } from "../../src/base/text.ts";
import { deafen } from "./deafen.ts";

/** A terminal in a box. What the machine says cannot act on this page: it can only be seen. */
export type Screen = {
  readonly redraw: (text: string, columns: number, rows: number, drawn: () => void) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly write: (bytes: Uint8Array) => void;
  readonly paste: (text: string) => void;
  readonly focus: () => void;
  readonly fit: (width: number) => void; // as large as the columns allow
  readonly close: () => void;
};
export type OnScreen = {
  readonly typed: (text: string) => void;
  readonly answered: (text: string) => void; // to a question of the machine, such as where the cursor is
  readonly manyLines: (text: string) => void; // pasted: ask before it runs
  readonly left: () => void;
};

const FONT = '"DejaVu Sans Mono", ui-monospace, Menlo, Consolas, "Liberation Mono", monospace';
const [LEAST_PX, MOST_PX] = [6, 16];

export function openScreen(box: HTMLElement, on: OnScreen): Screen {
  const terminal = new Terminal({
    cols: 80,
    rows: 24,
    fontFamily: FONT,
    fontSize: 14,
    lineHeight: 1, // box-drawing characters meet only without extra leading
    scrollback: 2000,
    cursorBlink: false,
    minimumContrastRatio: 4.5,
    theme: THEME,
  });
  const perPixel = widthOfColumn();
  const fit = (width: number) => {
    const exact = width / (terminal.cols * perPixel);
    terminal.options.fontSize = Math.max(LEAST_PX, Math.min(MOST_PX, Math.floor(exact * 20) / 20));
  };
  fit(box.clientWidth);
  deafen(terminal, on.answered);
  terminal.open(box);
  terminal.onData(on.typed);
  terminal.attachCustomKeyEventHandler((key) => keyIsForMachine(key, terminal, on.left));
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (linesIn(text) < 2) return;
    event.preventDefault();
    event.stopPropagation();
    on.manyLines(text);
  };
  box.addEventListener("paste", onPaste, { capture: true });

  return {
    redraw: (text, columns, rows, drawn) => {
      terminal.reset();
      terminal.resize(columns, rows);
      terminal.write(text, drawn);
    },
    resize: (columns, rows) => terminal.resize(columns, rows),
    write: (bytes) => terminal.write(bytes),
    paste: (text) => terminal.paste(text),
    focus: () => terminal.focus(),
    fit,
    close: () => {
      box.removeEventListener("paste", onPaste, { capture: true });
      terminal.dispose();
    },
  };
}

/** ctrl-] leaves, as in telnet and virsh; ctrl-shift-C copies. Everything else belongs to the machine. */
function keyIsForMachine(key: KeyboardEvent, terminal: Terminal, left: () => void): boolean {
  if (key.type !== "keydown" || !key.ctrlKey) return true;
  if (key.key === "]") {
    key.preventDefault();
    left();
    return false;
  }
  if (key.shiftKey && key.key.toLowerCase() === "c" && terminal.hasSelection()) {
    key.preventDefault();
    void navigator.clipboard?.writeText(terminal.getSelection());
    return false;
  }
  return true;
}

/** How wide one column is per pixel of font size, in the font that this browser really has. */
function widthOfColumn(): number {
  const pen = document.createElement("canvas").getContext("2d");
  if (pen === null) return 0.602;
  pen.font = `100px ${FONT}`;
  return pen.measureText("W").width / 100;
}

/** The sixteen colours, deep enough to be grounds for text; what is written in them is lightened until it is legible. */
const THEME = {
  background: "#0c1014",
  foreground: "#dde3e9",
  cursor: "#5cc8d6",
  cursorAccent: "#0c1014",
  selectionBackground: "#2f4f5a",
  black: "#161c22",
  red: "#c4443b",
  green: "#3f9a50",
  yellow: "#b08a2c",
  blue: "#2c5fb8",
  magenta: "#9a55ae",
  cyan: "#2f929e",
  white: "#c9d1d9",
  brightBlack: "#7b8793",
  brightRed: "#ff8b80",
  brightGreen: "#8fdc9b",
  brightYellow: "#f2d06e",
  brightBlue: "#86b0ff",
  brightMagenta: "#e0a6ef",
  brightCyan: "#7fdbe6",
  brightWhite: "#ffffff",
};
