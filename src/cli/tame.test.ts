import { expect, test } from "vitest";
import { TAMING, tame } from "./tame.ts";

const shown = (...pieces: string[]): string => {
  let taming = TAMING;
  let all = "";
  for (const piece of pieces) {
    const read = tame(taming, Buffer.from(piece, "utf8"));
    taming = read.taming;
    all += Buffer.from(read.shown).toString("utf8");
  }
  return all;
};

test.each([
  ["text of any script", "Grüße, žába, 日本語 ─┤ ½\r\n\t\b"],
  ["colours and movement", "\x1b[1;31mred\x1b[0m\x1b[2J\x1b[10;4H\x1b[K\x1b[38:5:4m\x1b[3;20r"],
  [
    "the cursor, the other screen, line drawing",
    "\x1b[?25l\x1b[?1049h\x1b[?7;25h\x1b(0\x0elqk\x0f\x1b(B\x1b7\x1b8\x1bM",
  ],
])("%s pass as they came", (_, text) => {
  expect(shown(text)).toBe(text);
});

test.each([
  ["a title", "\x1b]0;owned\x07"],
  ["the clipboard (OSC 52)", "\x1b]52;c;cm0gLXJmIC8=\x1b\\"],
  ["a hyperlink (OSC 8)", "\x1b]8;;http://evil.example/\x1b\\"],
  ["a colour query", "\x1b]4;1;?\x07"],
  ["DECRQSS and other DCS", "\x1bP$qm\x1b\\"],
  ["APC, PM and SOS", "\x1b_Ga=q\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\"],
  ["device attributes", "\x1b[c\x1b[>c\x1b[=0c\x1bZ"],
  ["status and position reports", "\x1b[5n\x1b[6n\x1b[?6n\x1b[x"],
  ["mode queries and versions", "\x1b[?2026$p\x1b[>q\x1b[>0q\x1b[!p"],
  ["window operations", "\x1b[21t\x1b[8;1;1t"],
  [
    "mouse, focus and keyboard reports",
    "\x1b[?1000h\x1b[?1006;1003h\x1b[?1004h\x1b[>1u\x1b[?1;1000h\x1b[>4;2m",
  ],
  ["printing", "\x1b[5i\x1b[?5i"],
  ["a reset and another encoding", "\x1bc\x1b%@"],
  ["an answerback", "\x05\x00\x7f"],
  ["eight-bit controls, written in UTF-8", "\u009d0;owned\u0007\u009bc\u0090$qm\u001b\\"],
  ["a sequence without end", `\x1b[${"1;".repeat(100)}m`],
])("%s does not reach the terminal, however it is cut", (_, hostile) => {
  const text = `before ${hostile} after`;

  expect(shown(text)).toBe("before  after");
  expect(shown(...[...text].flatMap((one) => [one]))).toBe("before  after");
});

test("a string that never ends swallows no more than CAN, as on a terminal", () => {
  expect(shown("\x1b]0;for ever", "\x18back")).toBe("back");
});
