import { expect, test } from "vitest";
import { diceFrom } from "../../test/support/dice.ts";
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

const reading = (...texts: string[]) => {
  const screen = new Screen();
  return texts.map((text) => screen.read(Buffer.from(text)).lines);
};

test.each([
  ["plain", ""],
  ["drawn", "\x1b[0m"],
])("lines that passed are read once, from the one under the cursor on: %s", (_, drawn) => {
  expect(reading(`${drawn}one\r\ntwo\r\nthr`, `ee${drawn}\r\nfour`, "", drawn)).toEqual([
    ["one", "two", "thr"],
    ["three", "four"],
    ["four"],
    ["four"],
  ]);
});

test.each([
  ["plain", ""],
  ["drawn", "\x1b[0m"],
])("lines that scrolled out of sight at once are not lost: %s", (_, drawn) => {
  const many = Array.from({ length: 400 }, (_, i) => `line ${i}\r\n`).join("");

  const [, passed] = reading("start\r\n", `${drawn}${many}`);

  expect(passed).toEqual([...many.trimEnd().split("\r\n"), ""]);
});

test("a screen that was cleared does not confuse the next look", () => {
  expect(reading("a\r\nb\r\nc\r\n", "\x1b[2J\x1b[Hfresh")[1]).toContain("fresh");
});

test.each([
  ["plain", ""],
  ["drawn", "\x1b[0m"],
])("a line that the screen's edge broke is read as one, and goes on: %s", (_, drawn) => {
  const long = `${"a".repeat(78)} b${"c".repeat(90)}`;

  expect(reading(`${drawn}${long}`, `${long}\r\nnext`)).toEqual([[long], [`${long}${long}`, "next"]]);
});

test("what is written over what stood is read as it stands then", () => {
  expect(reading("\x1b[5Cdone\r", "50 %", "\x1b[1Gx\r\n", "login: ", "ann")).toEqual([
    ["     done"],
    ["50 % done"],
    ["x0 % done", ""],
    ["login: "],
    ["login: ann"],
  ]);
});

test("letters that draw lines are no letters", () => {
  expect(reading("\x1b(0lq", "k\x1b(B", "\r\nlq")).toEqual([["┌─"], ["┌─┐"], ["┌─┐", "lq"]]);
});

test.each(["a\r", "a\nb", "a\tb", "naïve", "a\bb", "\x1b[1m"])(
  "%j is drawn, and not read as plain text",
  (text) => {
    expect(new Screen().read(Buffer.from(text)).isDrawn).toBe(true);
  },
);

test("by plain text and by drawing, a screen comes to the same lines however it is cut", () => {
  const text = `${"first ".repeat(20)}\r\nsecond\r\r\n\r\nthird ${"3".repeat(75)}\r\n${"x".repeat(160)}end\r\nlast: `;
  for (let cut = 0; cut <= text.length; cut += 1) {
    const [plain, drawn] = [new Screen(), new Screen()];

    const lines = [text.slice(0, cut), text.slice(cut)].map((part) => plain.read(Buffer.from(part)).lines);
    const same = [text.slice(0, cut), text.slice(cut)].map(
      (part) => drawn.read(Buffer.from(`\x1b[m${part}`)).lines,
    );

    expect(lines, `cut at ${cut}`).toEqual(same);
    expect(plain.lines()).toEqual(drawn.lines());
  }
});

test("of many lines of plain text only the last are drawn, and the screen is as if all were", () => {
  const dice = diceFrom(7);
  for (let round = 0; round < 60; round += 1) {
    const [read, written] = [new Screen(), new Screen()];
    const rows = [24, 50][dice(2)]!;
    const stood = Array.from({ length: dice(60) }, () => "#".repeat(dice(200))).join("\r\n");
    const part = dice(4) === 0 ? `\x1b[${2 + dice(5)};${10 + dice(10)}r` : "";
    const before = Buffer.from(`${part}${stood}\x1b[${1 + dice(rows)};1H${"x".repeat(dice(20))}`);
    const many = Array.from({ length: dice(700) }, (_, i) => `${i} ${"y".repeat(dice(120))}\r\n`).join("");
    const plain = Buffer.from(`${many}$ `);
    for (const screen of [read, written]) screen.resize(rows);

    read.read(before);
    for (let at = 0; at < plain.length; at += 5000) read.read(plain.subarray(at, at + 5000));
    written.write(before);
    written.write(plain);

    expect(read.lines(), `round ${round}`).toEqual(written.lines());
    expect(read.redraw()).toBe(written.redraw());
  }
});

test("a sequence that is cut goes on in what comes then", () => {
  expect(reading("abc\x1b[3", "1mred", " more")).toEqual([["abc"], ["abcred"], ["abcred more"]]);
});
