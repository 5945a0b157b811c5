import { expect, test } from "vitest";
import { join } from "../../base/bytes.ts";
import { must } from "../../base/read.ts";
import { CPIO_BEGIN, stepCpio } from "./cpio.ts";
import { CPIO_DIRECTORY, CPIO_END, CPIO_FILE, cpioHeader, padding } from "./cpio-write.ts";

test("what is written is read back, whatever its length", () => {
  const files = [
    { name: "bin", mode: CPIO_DIRECTORY | 0o755, bytes: 0 },
    ...[0, 1, 2, 3, 4, 4095].map((bytes) => ({
      name: `f${"x".repeat(bytes % 7)}`,
      mode: CPIO_FILE | 0o644,
      bytes,
    })),
  ];
  const parts = files.flatMap((file, i) => [
    ...[cpioHeader(file, i + 1), new Uint8Array(file.bytes).fill(0x30), padding(file.bytes)],
  ]);

  const { state, entries } = must(stepCpio(CPIO_BEGIN, join([...parts, CPIO_END])));

  expect(entries).toEqual(files);
  expect(state.isDone).toBe(true);
});
