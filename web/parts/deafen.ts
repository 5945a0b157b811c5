import type { Terminal } from "@xterm/xterm";

/** Mouse and focus reports: the machine would hear of movements that nobody meant for it. */
const REPORTS = new Set([9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016]);
/** Titles, colours, links, clipboard and every other command to the program around the terminal. */
const OSC = [
  0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 50, 52, 99, 104, 110, 111, 112, 133, 777, 1337,
];
/** Questions whose answers would be typed back: what terminal, which mode, which size, which setting. */
const QUESTIONS = [
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { prefix: ">", final: "q" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { final: "t" },
  { final: "x" },
] as const;

/**
 * The console is hostile text. Sequences that reach beyond the screen are swallowed, and the terminal
 * answers only what programs on a serial line need: whether it is there (CSI 5 n), where the cursor is (CSI
 * 6 n), what it is (CSI c).
 */
export function deafen({ parser, buffer }: Terminal, answer: (text: string) => void): void {
  for (const code of OSC) parser.registerOscHandler(code, () => true);
  for (const question of QUESTIONS) parser.registerCsiHandler(question, () => true);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => true); // DECRQSS
  parser.registerDcsHandler({ intermediates: "+", final: "q" }, () => true); // XTGETTCAP
  parser.registerCsiHandler({ prefix: "?", final: "h" }, (modes) =>
    modes.flat().some((mode) => REPORTS.has(mode)),
  );
  parser.registerCsiHandler({ final: "c" }, () => {
    answer("\x1b[?1;2c");
    return true;
  });
  parser.registerCsiHandler({ final: "n" }, ([what]) => {
    const { cursorX, cursorY } = buffer.active;
    if (what === 5) answer("\x1b[0n");
    if (what === 6) answer(`\x1b[${cursorY + 1};${Math.min(cursorX, 79) + 1}R`);
    return true;
  });
  parser.registerEscHandler({ final: "Z" }, () => true); // DECID
}
