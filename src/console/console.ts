import { basename } from "node:path";
import { performance } from "node:perf_hooks"; // the global one is looked up anew each time
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { duration } from "../base/units.ts";
import type { Turn, Viewer } from "./core/keyboard.ts";
import { COLUMNS } from "./core/screen-rows.ts";
import type { SightingRule } from "./core/sightings.ts";
import { tokenMask } from "./core/token-mask.ts";
import { Heard, type Moment } from "./heard.ts";
import { Line, type Source } from "./line.ts";
import { Reader } from "./reader.ts";
import { Recorder } from "./recorder.ts";
import { comeBy } from "./rota.ts";
import { type Hear, type Say, Viewers } from "./viewers.ts";

export type ConsoleState = { is: "attached" | "lost"; writer: string | null; because: string | null };
export type ConsoleNeeds = {
  readonly machine: string;
  readonly source: Source;
  readonly recordings: string; // directory
  readonly now: () => number; // the date
  readonly even?: () => number; // ms, whoever sets the date; not given: the monotonic clock
  readonly observe: (event: Observed) => void;
  readonly changed: (state: ConsoleState) => void;
  readonly rules?: () => readonly SightingRule[]; // the operator's own with ours; not given: ours
};

const MOST_BYTES = 8e6;
const MOST_MS = 86_400_000;
const RECORD_AGAIN_MS = 5000;
const MOST_HEARD = 16 * 1024;
/** The times in a recording count from its start, whose date would be wrong for what comes after so large a step. */
const CLOCK_SET_MS = 5000;

/** One machine's console: always attached and recording, one writer, many viewers, read for sightings. */
export class MachineConsole {
  readonly #needs: ConsoleNeeds;
  readonly #even: () => number;
  readonly #reader: Reader;
  readonly #viewers = new Viewers((turn) => this.#turned(turn));
  readonly #line: Line;
  readonly #mask = tokenMask();
  readonly #heard = new Heard(); // that nobody watches, until it is visited: what is done for each chunk costs most
  #recorder: Recorder | undefined;
  #restsUntil = 0; // the disk takes no more: not tried before then
  #unrecordedSince: number | undefined;
  #spokeAt = Number.NEGATIVE_INFINITY;
  #isOver = false;
  #isAwake = false; // something was said or marked that is not read or written yet
  #because: string | null = "not attached yet";
  #closing: Promise<unknown> = Promise.resolve();

  constructor(needs: ConsoleNeeds) {
    this.#needs = needs;
    const { even = () => performance.now(), rules } = needs;
    this.#even = even;
    this.#reader = new Reader({
      ...{ even, rules },
      sighted: ({ id, subject, says }) =>
        this.#tell("console.sighting", printable(says), { sighting: id, subject }),
      resized: (rows) => this.#resized(rows),
      skipped: (bytes) =>
        this.#recorder?.mark(`${bytes} bytes of a flood were recorded, and not read for sightings`),
    });
    this.#line = new Line({
      source: needs.source,
      bytes: (chunk) => this.#hear(chunk),
      attached: () => this.#attached(),
      lost: (why) => this.#lost(why),
    });
  }

  get state(): ConsoleState {
    const is = this.#line.session === undefined ? "lost" : "attached";
    return { is, writer: this.#viewers.writer?.who ?? null, because: this.#because };
  }

  /** Since the machine said something; ms. */
  get silentMs(): number {
    return this.#even() - this.#spokeAt;
  }

  isWriting(path: string): boolean {
    return this.#recorder?.path === path;
  }

  lines(): string[] {
    this.#settle();
    return this.#reader.lines();
  }

  watch(viewer: Viewer, hear: Hear): void {
    this.#settle();
    this.#viewers.flush(); // or it would hear again what its screen shows
    hear(this.#screenFor(viewer.viewer));
    hear({ is: "line", attached: this.#line.session !== undefined, because: this.#because });
    this.#viewers.add(viewer, hear);
  }

  /** The present screen again, for a viewer that missed something. */
  redraw(viewer: string): void {
    this.#viewers.tell(viewer, this.#screenFor(viewer));
  }

  unwatch(viewer: string): void {
    this.#viewers.remove(viewer);
  }

  type(viewer: string, bytes: Uint8Array): void {
    if (this.#may(viewer)) this.#line.session?.write(bytes);
  }

  sendBreak(viewer: string): void {
    if (this.#may(viewer)) this.#line.session?.sendBreak();
  }

  take(viewer: string): void {
    this.#viewers.press(viewer, "take");
  }

  leave(viewer: string): void {
    this.#viewers.press(viewer, "leave");
  }

  /** A mark of the timeline in the recording. */
  mark(event: Observed): void {
    this.#settle();
    this.#recorder?.mark(event.says);
    this.#wake();
  }

  /** Its BMC was told to start it: the console should say something soon. */
  poweredOn(): void {
    this.#reader.enter("power-on");
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#line.stop();
    this.#settle();
    await Promise.all([this.#closing, this.#recorder?.close()]);
    this.#reader.stop();
    this.#viewers.stop();
  }

  #screenFor(viewer: string): Say {
    const { rows } = this.#reader;
    return { is: "screen", data: this.#reader.redraw(), columns: COLUMNS, rows, viewer };
  }

  /** Whether the viewer may send something now; if not, it is told why. */
  #may(viewer: string): boolean {
    const { machine } = this.#needs;
    const writer = this.#viewers.writer?.who ?? "Somebody";
    const because = this.#because ?? "not attached";
    const fault = !this.#viewers.press(viewer, "type")
      ? new Fault("console.busy", { writer, machine })
      : this.#line.session === undefined
        ? new Fault("console.unavailable", { machine, why: because })
        : undefined;
    if (fault === undefined) return true;
    this.#viewers.tell(viewer, { is: "refused", says: fault.says, remedy: fault.remedy });
    return false;
  }

  #attached(): void {
    this.#because = null;
    this.#reader.listening(true);
    const recording = this.#record(this.#moment())?.path;
    const says = `The console of ${this.#needs.machine} is attached${recording ? " and recorded" : ""}`;
    this.#tell("console.attached", says, { ...(recording && { recording: basename(recording) }) });
    this.#lineChanged();
  }

  #lost(why: string): void {
    this.#reader.listening(false);
    const isNews = this.#because !== why;
    this.#because = why;
    if (!isNews) return;
    this.#tell("console.lost", `The console of ${this.#needs.machine} is not attached: ${printable(why)}`);
    this.#lineChanged();
  }

  #hear(chunk: Uint8Array): void {
    this.#spokeAt = this.#even();
    this.#heard.put(chunk, this.#spokeAt, this.#needs.now());
    if (this.#viewers.isEmpty && this.#heard.length < MOST_HEARD) this.#wake();
    else this.#settle();
  }

  /** What was heard is read, recorded and shown, in that order. */
  #settle(): void {
    if (this.#heard.length === 0) return;
    this.#heard.take((chunk, at) => this.#said(this.#mask(chunk), at));
    this.#wake();
  }

  #said(chunk: Uint8Array, at: Moment): void {
    this.#reader.hear(chunk, at.even);
    this.#record(at)?.said(chunk, at.even); // bytes may come before the driver says that it is attached
    this.#viewers.bytes(chunk);
  }

  #wake(): void {
    if (this.#isAwake || this.#isOver) return;
    this.#isAwake = true;
    comeBy(() => this.#visited(this.#even()));
  }

  #visited(at: number): boolean {
    this.#settle();
    const isRead = this.#isOver || !this.#reader.visit(at);
    const isWritten = this.#recorder?.visit(at) !== true;
    this.#isAwake = !(isRead && isWritten);
    return this.#isAwake;
  }

  #resized(rows: number): void {
    this.#record(this.#moment())?.resized(COLUMNS, rows);
    this.#viewers.tellAll({ is: "size", columns: COLUMNS, rows });
  }

  /** The recorder of now: a new one each day, each 8 MB and when the clock was set; none while the disk takes no more. */
  #record({ even, date }: Moment): Recorder | undefined {
    const { machine, recordings } = this.#needs;
    const old = this.#recorder;
    const elapsed = old === undefined ? 0 : old.elapsed(even);
    const setBy = old === undefined ? 0 : date - old.startedAt - elapsed;
    const wasSet = Math.abs(setBy) > CLOCK_SET_MS;
    if (old !== undefined && (wasSet || old.bytes > MOST_BYTES || elapsed > MOST_MS)) {
      this.#recorder = undefined;
      this.#closing = Promise.all([this.#closing, old.close()]);
    }
    if (even < this.#restsUntil) return undefined;
    if (this.#unrecordedSince !== undefined && (old?.bytes ?? 0) > 0) {
      this.#unrecordedSince = undefined;
      this.#tell("console.recorded", `The console of ${machine} is recorded again`);
    }
    this.#recorder ??= this.#begun(recordings, wasSet ? setBy : 0);
    return this.#recorder;
  }

  #moment(): Moment {
    return { even: this.#even(), date: this.#needs.now() };
  }

  #begun(recordings: string, setBy: number): Recorder {
    const { machine, now } = this.#needs;
    const cast = { columns: COLUMNS, rows: this.#reader.rows, startedAt: now(), even: this.#even };
    const recorder = new Recorder(recordings, machine, cast, (error) => this.#unrecorded(error));
    if (this.#unrecordedSince !== undefined)
      recorder.mark(`Not recorded for ${duration(this.#even() - this.#unrecordedSince)} before this`);
    if (setBy !== 0)
      recorder.mark(
        `The clock was set ${duration(Math.abs(setBy))} ${setBy > 0 ? "forward" : "back"} before this`,
      );
    return recorder;
  }

  /** The console goes on; the recording is tried again, and told of once. */
  #unrecorded(error: Error): void {
    const { machine } = this.#needs;
    this.#recorder = undefined;
    this.#restsUntil = this.#even() + RECORD_AGAIN_MS;
    if (this.#unrecordedSince !== undefined) return;
    this.#unrecordedSince = this.#even();
    const { id, says, remedy } = new Fault("console.not-recorded", { machine, why: error.message });
    this.#tell("fault", says, { fault: id, remedy });
  }

  #turned({ keyboard, from }: Turn): void {
    const { writer } = keyboard;
    const taken = from === undefined ? "" : ` from ${printable(from.who)}`;
    const says = writer ? `${printable(writer.who)} took the keyboard${taken}` : "The keyboard is free";
    this.#tell("console.writer", says, { writer: writer?.who ?? null });
    this.#needs.changed(this.state);
  }

  #lineChanged(): void {
    const attached = this.#line.session !== undefined;
    this.#viewers.tellAll({ is: "line", attached, because: this.#because });
    this.#needs.changed(this.state);
  }

  #tell(kind: Observed["kind"], says: string, detail: Record<string, unknown> = {}): void {
    const event = { kind, at: this.#needs.now(), machine: this.#needs.machine, says, detail };
    this.mark(event);
    this.#needs.observe(event);
  }
}
