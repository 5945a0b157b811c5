import { expect, test } from "vitest";
import { Screen } from "./screen.ts";

const draw = async (...texts: string[]) => {
  const screen = new Screen();
  for (const text of texts) screen.write(Buffer.from(text));
  return screen;
};

test("a screen drawn again looks the same", async () => {
  const first = await draw("\x1b[2J\x1b[3;5Hhello\x1b[10;20H\x1b[7mworld\x1b[0m");

  const second = await draw(first.redraw());

  expect(second.lines()).toEqual(first.lines());
});

test("the machine's line drawing goes on in a terminal that came later", async () => {
  const first = await draw("\x1b(B\x1b)0", "\x0elqk\x0f");

  const late = await draw(first.redraw(), "\r\n\x0emqj\x0f");

  expect(late.lines().slice(0, 2)).toEqual(["┌─┐", "└─┘"]);
});

test("lines that passed are read once, from the one under the cursor on", async () => {
  const screen = await draw("one\r\ntwo\r\nthr");
  const first = screen.passed();
  screen.write(Buffer.from("ee\r\nfour"));

  expect([first, screen.passed()]).toEqual([
    ["one", "two", "thr"],
    ["three", "four"],
  ]);
});

test("lines that scrolled out of sight since the last look are not lost", async () => {
  const screen = await draw("start\r\n");
  screen.passed();
  screen.write(Buffer.from(Array.from({ length: 100 }, (_, i) => `line ${i}\r\n`).join("")));

  expect(screen.passed().filter((line) => line.startsWith("line")).length).toBe(100);
});

test("a screen that was cleared does not confuse the next look", async () => {
  const screen = await draw("a\r\nb\r\nc\r\n");
  screen.passed();
  screen.write(Buffer.from("\x1b[2J\x1b[Hfresh"));

  expect(screen.passed()).toContain("fresh");
});

test("a line that the screen's edge broke is read as one", async () => {
  const screen = await draw(`${"a".repeat(78)} b${"c".repeat(90)}\r\nnext`);

  expect(screen.passed()).toEqual([`${"a".repeat(78)} b${"c".repeat(90)}`, "next"]);
});
