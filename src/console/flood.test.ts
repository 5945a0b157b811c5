import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MachineConsole } from "./console.ts";

const CHUNK = Buffer.from(`${"flood ".repeat(12)}\r\n`.repeat(885)); // about 64 KiB, as a pipe gives
const CHUNKS = 64;

test("while one console is flooded the loop is free, and another's every byte, viewer and sighting come in time", async () => {
  const recordings = mkdtempSync(join(tmpdir(), "rackhand-flood-"));
  const [flooded, calm] = [consoleIn("m1", recordings), consoleIn("m2", recordings)];
  let longest = 0;
  try {
    await expect.poll(() => [flooded, calm].map(({ on }) => on.state.is)).toEqual(["attached", "attached"]);
    const heard: string[] = [];
    calm.on.watch({ viewer: "v", who: "ann" }, (say) => {
      if (say.is === "bytes") heard.push(Buffer.from(say.data, "base64").toString());
    });

    for (let i = 0; i < CHUNKS; i += 1) {
      const before = performance.now();
      flooded.hear(CHUNK);
      calm.hear(Buffer.from(`line ${i}\r\n`));
      await new Promise((resolve) => setImmediate(resolve)); // what else there is to do has its turn
      longest = Math.max(longest, performance.now() - before);
    }
    calm.hear(Buffer.from("\x1b[2J\x1b[Hweb2 login: "));

    await expect.poll(() => calm.seen, { timeout: 5000 }).toContain("login-prompt");
    const lines = Array.from({ length: CHUNKS }, (_, i) => `line ${i}\r\n`).join("");
    expect(heard.join("").slice(0, lines.length)).toBe(lines);
    expect(longest).toBeLessThan(1000);
    await Promise.all([flooded.on.stop(), calm.on.stop()]);
    const recorded = readdirSync(recordings).map((file) => readFileSync(join(recordings, file), "utf8"));
    expect(recorded.find((text) => text.includes('"m2"'))).toContain(`line ${CHUNKS - 1}`);
  } finally {
    rmSync(recordings, { recursive: true });
  }
});

function consoleIn(machine: string, recordings: string) {
  let hear: (bytes: Uint8Array) => void = () => {};
  const seen: unknown[] = [];
  const on = new MachineConsole({
    ...{ machine, recordings, now: Date.now, changed: () => {} },
    source: {
      openConsole: async (ears) => {
        hear = ears.bytes;
        return { write: () => {}, sendBreak: () => {}, close: async () => {} };
      },
    },
    observe: ({ kind, detail }) => kind === "console.sighting" && seen.push(detail?.sighting),
  });
  return { on, seen, hear: (bytes: Uint8Array) => hear(bytes) };
}

test("a panic in the middle of all that a kernel says at once is sighted", async () => {
  const recordings = mkdtempSync(join(tmpdir(), "rackhand-flood-"));
  const { on: console, seen, hear } = consoleIn("m1", recordings);
  try {
    await expect.poll(() => console.state.is).toBe("attached");

    hear(Buffer.concat([CHUNK, Buffer.from("Kernel panic - not syncing: Fatal exception\r\n"), CHUNK]));

    await expect.poll(() => seen, { timeout: 5000 }).toContain("kernel-panic");
    await console.stop();
  } finally {
    rmSync(recordings, { recursive: true });
  }
});

test("a flood is recorded to its last byte, stops nobody, and what was not read of it is marked", async () => {
  const recordings = mkdtempSync(join(tmpdir(), "rackhand-flood-"));
  const { on: console, seen, hear } = consoleIn("m1", recordings);
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
