import type { Observed } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { type Key, type Keyboard, NOBODY, press, type Viewer } from "./core/keyboard.ts";
import type { Sighting } from "./core/sightings.ts";
import { look, WATCHMAN } from "./core/watchman.ts";
import { Recorder } from "./recorder.ts";
import { COLUMNS, ROWS, Screen } from "./screen.ts";

/** Where the bytes come from; a BMC driver happens to fit. */
export type Session = { write(bytes: Uint8Array): void; sendBreak(): void; close(): Promise<void> };
export type Source = {
  openConsole(
    on: { bytes(chunk: Uint8Array): void; ended(why: string): void },
    signal: AbortSignal,
  ): Promise<Session>;
};
export type Say =
  | { is: "screen"; data: string; columns: number; rows: number; viewer: string }
  | { is: "bytes"; data: string }
  | { is: "writer"; writer: Viewer | null; you: boolean }
  | { is: "line"; attached: boolean; because: string | null }
  | { is: "refused"; says: string; remedy: string };
export type ConsoleNeeds = {
  readonly machine: string;
  readonly source: Source;
  readonly recordings: string; // directory
  readonly now: () => number;
  readonly observe: (event: Observed) => void;
  readonly changed: (state: ConsoleState) => void;
};
export type ConsoleState = { is: "attached" | "lost"; writer: string | null; because: string | null };

const LOOK_EVERY_MS = 60;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15_000];

/** One machine's console: always attached and recording, one writer, many viewers, read for sightings. */
export class MachineConsole {
  readonly #needs: ConsoleNeeds;
  readonly #screen = new Screen();
  readonly #viewers = new Map<string, { who: Viewer; say: (say: Say) => void }>();
  readonly #stopping = new AbortController();
  #recorder: Recorder | undefined;
  #session: Session | undefined;
  #keyboard: Keyboard = NOBODY;
  #watchman = WATCHMAN;
  #lookTimer: NodeJS.Timeout | undefined;
  #because: string | null = "not attached yet";
  #running: Promise<void> | undefined;

  constructor(needs: ConsoleNeeds) {
    this.#needs = needs;
  }

  start(): void {
    this.#running ??= this.#attachForEver();
  }

  get state(): ConsoleState {
    const is = this.#session === undefined ? "lost" : "attached";
    return { is, writer: this.#keyboard.writer?.who ?? null, because: this.#because };
  }

  lines(): string[] {
    return this.#screen.lines();
  }

  watch(viewer: Viewer, say: (say: Say) => void): void {
    this.#viewers.set(viewer.viewer, { who: viewer, say });
    say({ is: "screen", data: this.#screen.redraw(), columns: COLUMNS, rows: ROWS, viewer: viewer.viewer });
    say({ is: "line", attached: this.#session !== undefined, because: this.#because });
    say(this.#writerAs(viewer.viewer));
  }

  unwatch(viewer: string): void {
    this.#viewers.delete(viewer);
    this.#press({ do: "gone", by: { viewer } });
  }

  type(viewer: string, bytes: Uint8Array): void {
    const watching = this.#viewers.get(viewer);
    if (watching === undefined) return;
    if (!this.#press({ do: "type", by: watching.who })) this.#refuse(watching);
    else if (this.#session !== undefined) this.#session.write(bytes);
    else {
      const fault = new Fault("console.unavailable", {
        machine: this.#needs.machine,
        why: this.#because ?? "not attached",
      });
      watching.say({ is: "refused", says: fault.says, remedy: fault.remedy });
    }
  }

  sendBreak(viewer: string): void {
    const watching = this.#viewers.get(viewer);
    if (watching === undefined) return;
    if (this.#press({ do: "type", by: watching.who })) this.#session?.sendBreak();
    else this.#refuse(watching);
  }

  take(viewer: string): void {
    const watching = this.#viewers.get(viewer);
    if (watching !== undefined) this.#press({ do: "take", by: watching.who });
  }

  leave(viewer: string): void {
    const watching = this.#viewers.get(viewer);
    if (watching !== undefined) this.#press({ do: "leave", by: watching.who });
  }

  /** A mark of the timeline in the recording. */
  mark(event: Observed): void {
    this.#recorder?.mark(event.at, event.says);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#lookTimer);
    await this.#session?.close();
    await this.#running;
    await this.#recorder?.close();
    this.#screen.dispose();
  }

  async #attachForEver(): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const { promise: over, resolve: ended } = withResolvers<string>();
      try {
        const on = { bytes: (chunk: Uint8Array) => this.#heard(chunk), ended };
        this.#session = await this.#needs.source.openConsole(on, signal);
        this.#attached();
        tries = 0;
        this.#lost(await over);
      } catch (error) {
        if (signal.aborted) return;
        this.#lost(reason(error));
      }
      await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]!, signal);
    }
  }

  #attached(): void {
    const { machine, now, recordings } = this.#needs;
    this.#because = null;
    this.#record();
    this.#tell("console.attached", `The console of ${machine} is attached and recorded`, {
      recording: this.#recorder?.path ?? recordings,
      startedAt: this.#recorder?.startedAt ?? now(),
    });
    this.#lineChanged();
  }

  #record(): void {
    const { machine, now, recordings } = this.#needs;
    this.#recorder ??= new Recorder(recordings, machine, { columns: COLUMNS, rows: ROWS, startedAt: now() });
  }

  #lost(why: string): void {
    const was = this.#session !== undefined || this.#because !== why;
    this.#session = undefined;
    this.#because = why;
    if (was && !this.#stopping.signal.aborted) {
      this.#tell("console.lost", `The console of ${this.#needs.machine} is not attached: ${printable(why)}`);
    }
    this.#lineChanged();
  }

  #heard(chunk: Uint8Array): void {
    this.#record(); // bytes may come before the driver's promise does
    this.#recorder?.said(this.#needs.now(), chunk);
    const data = Buffer.from(chunk).toString("base64");
    for (const { say } of this.#viewers.values()) say({ is: "bytes", data });
    void this.#screen.write(chunk).then(() => {
      this.#lookTimer ??= setTimeout(() => this.#look(), LOOK_EVERY_MS);
    });
  }

  #look(): void {
    this.#lookTimer = undefined;
    const seen = look(this.#watchman, { passedLines: this.#screen.passed(), screen: this.#screen.lines() });
    this.#watchman = seen.watchman;
    for (const sighting of seen.sightings) this.#sighted(sighting);
  }

  #sighted({ id, subject, says }: Sighting): void {
    this.#tell("console.sighting", printable(says), { sighting: id, subject });
  }

  #tell(kind: Observed["kind"], says: string, detail: Record<string, unknown> = {}): void {
    const event = { kind, at: this.#needs.now(), machine: this.#needs.machine, says, detail };
    this.mark(event);
    this.#needs.observe(event);
  }

  #press(key: Key): boolean {
    const turn = press(this.#keyboard, key);
    this.#keyboard = turn.keyboard;
    if (!turn.changed) return turn.may;
    const writer = turn.keyboard.writer;
    const from = turn.from === undefined ? "" : ` from ${printable(turn.from.who)}`;
    const says = writer ? `${printable(writer.who)} took the keyboard${from}` : "The keyboard is free";
    this.#tell("console.writer", says, { writer: writer?.who ?? null });
    for (const [viewer, { say }] of this.#viewers) say(this.#writerAs(viewer));
    this.#needs.changed(this.state);
    return turn.may;
  }

  #writerAs(viewer: string): Say {
    const writer = this.#keyboard.writer;
    return { is: "writer", writer: writer ?? null, you: writer?.viewer === viewer };
  }

  #refuse({ say }: { say: (say: Say) => void }): void {
    const { machine } = this.#needs;
    const fault = new Fault("console.busy", { writer: this.#keyboard.writer?.who ?? "Somebody", machine });
    say({ is: "refused", says: fault.says, remedy: fault.remedy });
  }

  #lineChanged(): void {
    const attached = this.#session !== undefined;
    for (const { say } of this.#viewers.values()) say({ is: "line", attached, because: this.#because });
    this.#needs.changed(this.state);
  }
}

/** Waits, or ends early when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((take) => {
    resolve = take;
  });
  return { promise, resolve };
}
