import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Observed } from "../base/event.ts";
import { MachineConsole } from "./console.ts";
import type { Source } from "./line.ts";
import type { Say } from "./viewers.ts";

const soon = <T>(look: () => T) => vi.waitFor(look, { timeout: 10_000 });

/** A machine at the other end of a wire: what is typed comes back, as a getty would echo it. */
function pretendMachine() {
  let on: Parameters<Source["openConsole"]>[0] | undefined;
  const typed: string[] = [];
  const source: Source = {
    openConsole: async (ears) => {
      on = ears;
      return {
        write: (bytes) => {
          typed.push(Buffer.from(bytes).toString());
          ears.bytes(bytes);
        },
        sendBreak: () => typed.push("BREAK"),
        close: async () => {}, // as a real driver: who closes is not told that it ended
      };
    },
  };
  return {
    source,
    typed,
    says: (text: string) => on!.bytes(Buffer.from(text)),
    hangsUp: () => on!.ended("no carrier"),
  };
}

function setUp() {
  const machine = pretendMachine();
  const events: Observed[] = [];
  const recordings = mkdtempSync(join(tmpdir(), "rackhand-console-"));
  const needs = { machine: "m1", source: machine.source, recordings, now: Date.now, changed: () => {} };
  const console = new MachineConsole({ ...needs, observe: (event) => events.push(event) });
  const viewer = (name: string) => {
    const heard: Say[] = [];
    console.watch({ viewer: name, who: name }, (say) => heard.push(say));
    return heard;
  };
  const saw = (kind: string) => soon(() => expect(events.map((event) => event.kind)).toContain(kind));
  return { machine, events, recordings, console, viewer, saw };
}

const bytesIn = (heard: Say[]) =>
  heard.flatMap((say) => (say.is === "bytes" ? [Buffer.from(say.data, "base64").toString()] : [])).join("");

test("what the machine says reaches every viewer, the screen and the recording from the first byte", async () => {
  const { machine, console, viewer, recordings, saw } = setUp();
  const [ann, bob] = [viewer("ann"), viewer("bob")];
  await saw("console.attached");

  machine.says("SeaBIOS (version 1.16.2)\r\n");
  await soon(() => expect(console.lines()[0]).toBe("SeaBIOS (version 1.16.2)"));
  await console.stop();

  expect([bytesIn(ann), bytesIn(bob)]).toEqual([
    "SeaBIOS (version 1.16.2)\r\n",
    "SeaBIOS (version 1.16.2)\r\n",
  ]);
  const [header, ...lines] = readFileSync(join(recordings, readdirSync(recordings)[0]!), "utf8")
    .trim()
    .split("\n");
  expect(JSON.parse(header!)).toMatchObject({ version: 2, width: 80, height: 24, title: "m1" });
  expect(lines.map((line) => JSON.parse(line).slice(1))).toContainEqual([
    "o",
    "SeaBIOS (version 1.16.2)\r\n",
  ]);
  expect(lines.map((line) => JSON.parse(line)[1])).toContain("m");
});

test("a viewer who comes late is shown the present screen", async () => {
  const { machine, console, viewer, saw } = setUp();
  await saw("console.attached");
  machine.says("\x1b[2J\x1b[5;10Hhello");
  await soon(() => expect(console.lines()[4]).toContain("hello"));

  const [first] = viewer("late");

  expect(first).toMatchObject({
    is: "screen",
    columns: 80,
    rows: 24,
    data: expect.stringContaining("hello"),
  });
  await console.stop();
});

test("a second viewer's typing is refused with a reason; after an explicit take-over it goes through", async () => {
  const { machine, console, viewer, saw } = setUp();
  const [, bob] = [viewer("ann"), viewer("bob")];
  await saw("console.attached");

  console.type("ann", Buffer.from("a"));
  console.type("bob", Buffer.from("b"));
  const refused = bob.find((say) => say.is === "refused");
  console.take("bob");
  console.type("bob", Buffer.from("B"));
  console.type("ann", Buffer.from("A"));

  expect(refused).toMatchObject({ says: "ann has the keyboard of m1." });
  expect(machine.typed).toEqual(["a", "B"]);
  await console.stop();
});

test("a session that is opened while the console is stopped is closed again", async () => {
  let opened: (session: Awaited<ReturnType<Source["openConsole"]>>) => void = () => {};
  const closed: string[] = [];
  const source: Source = { openConsole: () => new Promise((resolve) => (opened = resolve)) };
  const base = { machine: "m1", recordings: tmpdir(), now: Date.now, changed: () => {}, observe: () => {} };
  const console = new MachineConsole({ ...base, source });

  const stopping = console.stop();
  opened({ write: () => {}, sendBreak: () => {}, close: async () => void closed.push("closed") });
  await stopping;

  expect(closed).toEqual(["closed"]);
});

test("a line that is lost is attached again, and the gap is an event", async () => {
  const { machine, events, console, saw } = setUp();
  await saw("console.attached");

  machine.hangsUp();
  await saw("console.lost");
  await soon(() => expect(events.filter(({ kind }) => kind === "console.attached").length).toBe(2));

  expect(console.state.is).toBe("attached");
  await console.stop();
});

test("typing while the line is lost is refused with the reason", async () => {
  const source: Source = { openConsole: () => Promise.reject(new Error("SOL payload disabled")) };
  const base = { machine: "m1", recordings: tmpdir(), now: Date.now, changed: () => {}, observe: () => {} };
  const console = new MachineConsole({ ...base, source });
  const heard: Say[] = [];
  console.watch({ viewer: "1", who: "ann" }, (say) => heard.push(say));
  await soon(() => expect(console.state.because).toBe("SOL payload disabled"));

  console.type("1", Buffer.from("x"));

  expect(heard.at(-1)).toMatchObject({
    is: "refused",
    says: "The console of m1 is not attached: SOL payload disabled.",
  });
  await console.stop();
});

test("a sighting becomes an event with its subject, and lines that scroll by fast are not missed", async () => {
  const { machine, events, console, saw } = setUp();
  await saw("console.attached");

  machine.says(`[0.0] Linux version 6.1.0-50-amd64 (x)\r\n${"filler\r\n".repeat(100)}`);
  await saw("console.sighting");

  const sighting = events.find(({ kind }) => kind === "console.sighting");
  expect(sighting).toMatchObject({
    machine: "m1",
    detail: { sighting: "kernel-started", subject: "6.1.0-50-amd64" },
  });
  await console.stop();
});

test.each([
  [3, "forward"],
  [-3, "back"],
])(
  "a clock that is set by %d h begins another recording; nothing is lost, and what stands is seen",
  async (hours, way) => {
    const { source, says } = pretendMachine();
    const recordings = mkdtempSync(join(tmpdir(), "rackhand-console-"));
    const sighted: unknown[] = [];
    let aheadMs = 0;
    const console = new MachineConsole({
      ...{ machine: "m1", source, recordings, now: () => Date.now() + aheadMs, changed: () => {} },
      observe: ({ detail }) => sighted.push(detail?.sighting),
    });
    await soon(() => expect(console.state.is).toBe("attached"));

    says("before it\r\n");
    says("\x1b[2J\x1b[Hweb1 login: ");
    aheadMs = hours * 3_600_000; // while the screen is about to stand
    await soon(() => expect(sighted).toContain("login-prompt"));
    says("after it\r\n");
    await console.stop();

    const files = readdirSync(recordings).map((file) => readFileSync(join(recordings, file), "utf8"));
    const casts = files.map((text) => text.trim().split("\n").slice(1));
    const events = casts.map((lines) => lines.map((line) => JSON.parse(line) as [number, string, string]));
    for (const times of events.map((lines) => lines.map(([seconds]) => seconds))) {
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(60);
    }
    const texts = events.map((lines) =>
      lines.flatMap(([, code, text]) => (code === "o" ? [text] : [])).join(""),
    );
    expect(texts.toSorted()).toEqual(["after it\r\n", "before it\r\n\x1b[2J\x1b[Hweb1 login: "]);
    expect(files.join("")).toContain(`The clock was set 3 h 0 min ${way} before this`);
  },
);
