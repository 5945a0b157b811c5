import { expect, test } from "vitest";
import { castLine, mostOfOutput, writeOutput } from "./asciicast.ts";

const ASCII = Uint8Array.from({ length: 0x80 }, (_, code) => code);

test.each([0, 12, 999.6, 1234.5, 9999, 10_000, 59_990, 100_001, 86_399_999.6, -3])(
  "output at %d ms is written from bytes as it is from text",
  (ms) => {
    const text = String.fromCharCode(...ASCII);
    const place = new Uint8Array(7 + mostOfOutput(ASCII));

    const end = writeOutput(place, 7, ms, ASCII);

    const line = new TextDecoder().decode(place.subarray(7, end));
    expect(line).toMatch(/^\[\d+\.\d{3},"o",.*\]\n$/);
    expect(line.replace(/^\[[^,]*/, "")).toBe(castLine(ms, "o", text).replace(/^\[[^,]*/, ""));
    expect(JSON.parse(line)).toEqual(JSON.parse(castLine(ms, "o", text)));
  },
);

test("the room that is told is enough for what needs most", () => {
  const bytes = new Uint8Array(50).fill(1);

  const end = writeOutput(new Uint8Array(1000), 0, 999_999_999_999, bytes);

  expect(end).toBeLessThanOrEqual(mostOfOutput(bytes));
});

test("what is not ASCII alone is left to whoever knows characters", () => {
  expect(writeOutput(new Uint8Array(100), 0, 0, Uint8Array.of(0x41, 0xc3))).toBeUndefined();
});
