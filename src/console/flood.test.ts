import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MachineConsole } from "./console.ts";

const CHUNK = Buffer.from(`${"flood ".repeat(12)}\r\n`.repeat(885)); // about 64 KiB, as a pipe gives
const CHUNKS = 64;

test("a flood is recorded to its last byte, stops nobody, and what was not read of it is marked", async () => {
  const recordings = mkdtempSync(join(tmpdir(), "rackhand-flood-"));
  let hear: (bytes: Uint8Array) => void = () => {};
  const seen: unknown[] = [];
  const console = new MachineConsole({
    ...{ machine: "m1", recordings, now: Date.now, changed: () => {} },
    source: {
      openConsole: async (on) => {
        hear = on.bytes;
        return { write: () => {}, sendBreak: () => {}, close: async () => {} };
      },
    },
    observe: ({ kind, detail }) => kind === "console.sighting" && seen.push(detail?.sighting),
  });
  try {
    await expect.poll(() => console.state.is).toBe("attached");

    for (let i = 0; i < CHUNKS; i += 1) hear(CHUNK);
    await new Promise((resolve) => setTimeout(resolve, 500));
    hear(Buffer.from("\x1b[2J\x1b[Hweb1 login: "));
    await expect.poll(() => seen, { timeout: 5000 }).toContain("login-prompt");
    await console.stop();

    const events = readdirSync(recordings)
      .flatMap((file) => readFileSync(join(recordings, file), "utf8").trim().split("\n").slice(1))
      .map((line) => JSON.parse(line) as [number, string, string]);
    const said = events.flatMap(([, code, text]) => (code === "o" ? [text.length] : []));
    expect(said.reduce((a, b) => a + b)).toBe(CHUNKS * CHUNK.length + 19);
    expect(events.some(([, code, text]) => code === "m" && text.includes("bytes of a flood"))).toBe(true);
  } finally {
    rmSync(recordings, { recursive: true });
  }
});
