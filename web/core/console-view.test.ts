import { expect, test } from "vitest";
import type { ConsoleSay } from "../../src/api/console.ts";
import { linesIn } from "../../src/base/text.ts";
import { type ConsoleHappening, onTyping, stepConsole, UNSEEN } from "./console-view.ts";

const said = (say: ConsoleSay, at = 0): ConsoleHappening => ({ is: "said", say, at });
const screen: ConsoleSay = { is: "screen", data: "", columns: 80, rows: 24, viewer: "v1" };
const writer = (who: string, you = false): ConsoleSay => ({
  is: "writer",
  writer: { viewer: who, who },
  you,
});
const free: ConsoleSay = { is: "writer", writer: null, you: false };
const after = (...happenings: readonly ConsoleHappening[]) => happenings.reduce(stepConsole, UNSEEN);

test("typing takes a free keyboard, never another's, and nothing is typed into the void", () => {
  expect(onTyping(after(said(screen), said(free)))).toBe("take");
  expect(onTyping(after(said(screen), said(writer("anna", true))))).toBe("send");
  expect(onTyping(after(said(screen), said(writer("anna"))))).toBe("refuse");
  expect(onTyping(after(said(screen), said(writer("anna", true)), { is: "cut", at: 5, because: "" }))).toBe(
    "refuse",
  );
});

test("what is typed after an explicit take-over follows it at once", () => {
  const taking = after(said(screen), said(writer("anna")), { is: "taking" });

  expect(onTyping(taking)).toBe("send");
  expect(onTyping(stepConsole(taking, said(writer("ben"))))).toBe("refuse");
});

test("the last gap is remembered from the first cut to the screen after it", () => {
  const cut = (at: number): ConsoleHappening => ({ is: "cut", at, because: "it is away" });
  const back = after(said(screen, 1), cut(100), cut(200), said(screen, 300));

  expect(back).toMatchObject({ link: "live", away: undefined, gap: { from: 100, to: 300 } });
});

test("a refusal stands until the keyboard is one's own", () => {
  const refused = after(said(screen), said({ is: "refused", says: "anna has it.", remedy: "Watch." }));

  expect(refused.refused?.says).toBe("anna has it.");
  expect(stepConsole(refused, said(writer("me", true))).refused).toBeUndefined();
});

test("one pasted line with its line end is one line", () => {
  expect([linesIn("ls"), linesIn("ls\n"), linesIn("a\r\nb"), linesIn("a\rb\r"), linesIn("a\n\n")]).toEqual([
    1, 1, 2, 2, 2,
  ]);
});
