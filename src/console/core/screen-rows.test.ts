import { expect, test } from "vitest";
import { screenRows } from "./screen-rows.ts";

const after = (...texts: string[]) => {
  const rows = screenRows();
  return texts.map((text) => rows(Buffer.from(text)));
};

test.each([
  [["hello\r\n", "\x1b[24;80H"], [24, 24], "what fits"],
  [["\x1b[25;1H"], [25], "a firmware of 25 rows"],
  [["\x1b[02;24HGNU GRUB", "\x1b[48;01H"], [24, 50], "GRUB on OVMF"],
  [["\x1b", "[4", "8;01", "H"], [24, 24, 24, 50], "however it is cut"],
  [["\x1b[48;01H", "\x1b[2J"], [50, 24], "until it is cleared"],
  [["\x1b[48f", "\x1bc"], [50, 24], "until it is reset"],
  [["\x1b[999;999H\x1b[6n"], [24], "a program that looks for the screen's end"],
  [["\x1b[48;1m\x1b[48A[48;1H"], [24], "colours, movement and text"],
])("%j is drawn on %j rows: %s", (texts, rows) => {
  expect(after(...texts)).toEqual(rows);
});
