import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { MachineConsole } from "./console.ts";
import { castHeader, castLine } from "./core/asciicast.ts";
import { castName, readCastName } from "./core/cast-name.ts";
import { Keeper, seal } from "./keeper.ts";
import { Recorder } from "./recorder.ts";
import { Recordings } from "./recordings.ts";
import { screenAt } from "./replay.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2, 3, 14);
const places: string[] = [];
afterEach(() => {
  for (const place of places.splice(0)) rmSync(place, { recursive: true });
});

function place() {
  const directory = mkdtempSync(join(tmpdir(), "rackhand-recordings-"));
  places.push(directory);
  return directory;
}

/** A recording of `seconds` lines, one a second, each 1 kB long, with one mark a minute. */
function write(directory: string, seconds: number, startedAt = START): string {
  const cast = { columns: 80, rows: 24, startedAt, title: "web1" };
  const lines = Array.from({ length: seconds }, (_, s) => {
    const mark = s % 60 === 0 ? castLine(s * 1000, "m", `minute ${s / 60}`) : "";
    return `${mark}${castLine(s * 1000, "o", `line ${s} ${"x".repeat(1000)}\r\n`)}`;
  });
  const file = castName("web1", startedAt);
  writeFileSync(join(directory, file), castHeader(cast) + lines.join(""));
  return file;
}

const sealed = async (recordings: Recordings, file: string) => seal(recordings, readCastName(file)!);

test("a sealed recording is one gzip file that gives the same asciicast", async () => {
  const recordings = new Recordings(place());
  const file = write(recordings.directory, 2000);
  const before = readFileSync(join(recordings.directory, file), "utf8");

  await sealed(recordings, file);

  expect(gunzipSync(readFileSync(join(recordings.directory, `${file}.gz`))).toString()).toBe(before);
  expect(readdirSync(recordings.directory).sort()).toEqual([`${file}.gz`, `${file}.index`]);
});

test("reading from a moment on reads only the pieces from there on", async () => {
  const recordings = new Recordings(place());
  const file = write(recordings.directory, 2000);
  await sealed(recordings, file);
  const { pieces } = await recordings.index("web1", file);
  const gz = join(recordings.directory, `${file}.gz`);
  const bytes = readFileSync(gz);
  writeFileSync(gz, bytes.fill(0, 0, pieces[1]!.offset)); // what is before it cannot be read any more

  const { events, next } = await recordings.read("web1", file, { from: 1_500_000, most: 5000 });

  expect(events[0]).toMatchObject({ ms: 1_500_000, code: "m", text: "minute 25" });
  expect(next).toBe(events.at(-1)!.ms + 1000);
});

test("the index has the length and every mark, of a recording that is being written as of a sealed one", async () => {
  const recordings = new Recordings(place());
  const file = write(recordings.directory, 2000);
  const plain = await recordings.index("web1", file);
  await sealed(recordings, file);

  const index = await recordings.index("web1", file);

  expect([plain.lengthMs, index.lengthMs, index.marks.length]).toEqual([1_999_000, 1_999_000, 34]);
  expect(plain.marks).toEqual(index.marks);
});

test("a line that a kill cut in two is passed over, and goes when the recording is sealed", async () => {
  const recordings = new Recordings(place());
  const file = write(recordings.directory, 3);
  appendFileSync(join(recordings.directory, file), '[3.5,"o","half a li');

  const live = await recordings.read("web1", file, { from: 0, most: 1e6 });
  await sealed(recordings, file);
  const after = await recordings.read("web1", file, { from: 0, most: 1e6 });

  expect([live.events.length, after.events.length]).toEqual([4, 4]);
});

test("the screen of a moment is what was drawn before it, on as many rows as it was drawn", async () => {
  async function* said(...all: [number, string][]) {
    for (const [ms, text] of all) yield { ms, code: "o" as const, text };
  }
  const events = () => said([0, "one\r\n"], [1000, "two\r\n"], [2000, "\x1b[48;1Hlow"]);

  const [early, late] = [await screenAt(events(), 1500), await screenAt(events(), 5000)];

  expect([early.screen.includes("two"), early.screen.includes("low"), early.rows]).toEqual([true, false, 24]);
  expect([late.screen.includes("low"), late.rows]).toEqual([true, 50]);
});

test("the log has lines with their times, over recordings, and goes on where a part ended", async () => {
  const recordings = new Recordings(place());
  await sealed(recordings, write(recordings.directory, 5));
  write(recordings.directory, 5, START + 10_000);

  const first = await recordings.log("web1", { since: START + 3000, text: "LINE", limit: 3 });
  const rest = await recordings.log("web1", { since: first.next!, text: "LINE", limit: 100 });

  const times = [...first.lines, ...rest.lines].map(({ at }) => (at - START) / 1000);
  expect(times).toEqual([3, 4, 10, 11, 12, 13, 14]);
});

test("what ended is sealed, what is written stays, and the oldest go by age and by room", async () => {
  const recordings = new Recordings(place());
  const [old, middle, live] = [-100 * DAY, -DAY, 0].map((at) => write(recordings.directory, 100, START + at));
  const keep = { olderThanMs: 90 * DAY, mostBytes: 1e9 };
  const keeper = new Keeper({
    ...{
      recordings,
      now: () => START,
      isOurs: () => true,
      troubled: (error) => expect(error).toBeUndefined(),
    },
    retention: () => keep,
    isWritten: (path) => path.endsWith(live!),
  });

  await keeper.sweep();
  const byAge = (await recordings.of("web1")).map(({ file, sealed: is }) => [file, is]);
  keep.mostBytes = 1;
  await keeper.sweep();
  await keeper.stop();

  expect(old).not.toBe(middle);
  expect(byAge).toEqual([
    [live, false],
    [middle, true],
  ]);
  expect((await recordings.of("web1")).map(({ file }) => file)).toEqual([live]);
});

test("a file that is no recording of that machine is not read", async () => {
  const recordings = new Recordings(place());
  const file = write(recordings.directory, 1);

  await expect(recordings.read("web2", file, { from: 0, most: 1 })).rejects.toThrow("There is no recording");
  await expect(recordings.read("web1", "../../etc/passwd", { from: 0, most: 1 })).rejects.toThrow();
});

test("a disk that takes no more ends a recording at a whole line, and says so once", async () => {
  const failures: string[] = [];
  const directory = join(place(), "file");
  writeFileSync(directory, ""); // no directory can be made there
  const cast = { columns: 80, rows: 24, startedAt: START, even: () => 0 };
  const recorder = new Recorder(directory, "web1", cast, (error) => failures.push(error.message));

  recorder.said(Buffer.from("hello"), 0);
  recorder.visit(2000);
  await expect.poll(() => failures.length).toBe(1);
  recorder.said(Buffer.from("more"), 2000);
  await recorder.close();

  expect(failures.length).toBe(1);
});

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)(
  "a full disk stops the recording, not the console; it goes on by itself when there is room",
  async () => {
    const directory = join(place(), "small");
    mkdirSync(directory);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory]).status).toBe(0);
    const told: string[] = [];
    const heard: string[] = [];
    let even = 0;
    const passing = () => {
      even += 100;
      return told;
    };
    let says: (text: string) => void = () => {};
    const on = new MachineConsole({
      ...{
        machine: "web1",
        recordings: directory,
        now: () => START + even,
        even: () => even,
        changed: () => {},
      },
      source: {
        openConsole: async (ears) => {
          says = (text) => ears.bytes(Buffer.from(text));
          return { write: () => {}, sendBreak: () => {}, close: async () => {} };
        },
      },
      observe: ({ kind, detail }) => told.push(kind === "fault" ? String(detail?.fault) : kind),
    });
    try {
      on.watch({ viewer: "v", who: "ann" }, (say) => heard.push(say.is));
      await expect.poll(() => told).toContain("console.attached");

      says("x".repeat(100_000));
      await expect.poll(passing).toContain("console.not-recorded");
      const before = heard.filter((is) => is === "bytes").length;
      says("still here\r\n");
      const after = heard.filter((is) => is === "bytes").length;
      const lines = readdirSync(directory).flatMap((file) =>
        readFileSync(join(directory, file), "utf8").split("\n").slice(0, -1),
      );
      for (const file of readdirSync(directory)) rmSync(join(directory, file));
      even += 10_000;
      await expect
        .poll(() => {
          says("again\r\n");
          return passing();
        })
        .toContain("console.recorded");

      expect(after).toBe(before + 1);
      expect(lines.every((line) => line.startsWith("{") || line.endsWith("]"))).toBe(true);
      expect(told.filter((one) => one === "console.not-recorded").length).toBe(1);
    } finally {
      await on.stop();
      spawnSync("umount", [directory]);
    }
  },
);
