import { expect, test } from "vitest";
import { writeAck, writeError } from "./packet.ts";
import { earnsAnswer, mayEcho } from "./stranger.ts";

test("a stranger's ACK earns an answer, an error or garbage never", () => {
  expect(earnsAnswer(writeAck(1), 40_000, 0)).toBe(true);
  expect(earnsAnswer(writeError(5, "not your transfer"), 40_000, 0)).toBe(false);
  expect(earnsAnswer(Uint8Array.of(0, 9, 0, 0), 40_000, 0)).toBe(false);
});

test("a flood of strangers earns sixteen answers", () => {
  const answers = Array.from({ length: 1000 }).reduce<number>(
    (answered) => answered + Number(earnsAnswer(writeAck(1), 40_000, answered)),
    0,
  );

  expect(answers).toBe(16);
});

test("nothing is sent to ports that answer everything", () => {
  for (const port of [7, 19, 53, 67, 69]) {
    expect(mayEcho(port)).toBe(true);
    expect(earnsAnswer(writeAck(1), port, 0)).toBe(false);
  }
});
