import { basename } from "node:path";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { duration } from "../base/units.ts";
import type { Turn, Viewer } from "./core/keyboard.ts";
import { COLUMNS, screenRows } from "./core/screen-rows.ts";
import { type Sighting, type SightingRule, STALL } from "./core/sightings.ts";
import { type Stage, stageAfter, stalled, stallsAt } from "./core/stall.ts";
import { tokenMask } from "./core/token-mask.ts";
import { look, WATCHMAN } from "./core/watchman.ts";
import { Line, type Source } from "./line.ts";
import { Recorder } from "./recorder.ts";
import { LOOK_EVERY_MS, RESTLESS_MS, STILL_MS } from "./replay.ts";
import { Screen } from "./screen.ts";
import { type Hear, Viewers } from "./viewers.ts";

export type ConsoleState = { is: "attached" | "lost"; writer: string | null; because: string | null };
export type ConsoleNeeds = {
  readonly machine: string;
  readonly source: Source;
  readonly recordings: string; // directory
  readonly now: () => number;
  readonly observe: (event: Observed) => void;
  readonly changed: (state: ConsoleState) => void;
  readonly rules?: () => readonly SightingRule[]; // the operator's own with ours; not given: ours
};

const MOST_BYTES = 8e6;
const MOST_MS = 86_400_000;
const RECORD_AGAIN_MS = 5000;

/** One machine's console: always attached and recording, one writer, many viewers, read for sightings. */
export class MachineConsole {
  readonly #needs: ConsoleNeeds;
  readonly #screen = new Screen();
  readonly #viewers = new Viewers((turn) => this.#turned(turn));
  readonly #line: Line;
  #recorder: Recorder | undefined;
  #restsUntil = 0; // the disk takes no more: not tried before then
  #unrecordedSince: number | undefined;
  #watchman = WATCHMAN;
  #passedTimer: NodeJS.Timeout | undefined;
  #stillTimer: NodeJS.Timeout | undefined;
  #restlessSince: number | undefined;
  readonly #rowsAfter = screenRows();
  #stage: Stage | undefined;
  #stallTimer: NodeJS.Timeout | undefined;
  #lastSaid = 0;
  #because: string | null = "not attached yet";
  #closing: Promise<unknown> = Promise.resolve();

  constructor(needs: ConsoleNeeds) {
    this.#needs = needs;
    const mask = tokenMask();
    this.#line = new Line({
      source: needs.source,
      bytes: (chunk) => this.#heard(mask(chunk)),
      attached: () => this.#attached(),
      lost: (why) => this.#lost(why),
    });
  }

  get state(): ConsoleState {
    const is = this.#line.session === undefined ? "lost" : "attached";
    return { is, writer: this.#viewers.writer?.who ?? null, because: this.#because };
  }

  isWriting(path: string): boolean {
    return this.#recorder?.path === path;
  }

  lines(): string[] {
    return this.#screen.lines();
  }

  watch(viewer: Viewer, hear: Hear): void {
    hear({
      is: "screen",
      data: this.#screen.redraw(),
      columns: COLUMNS,
      rows: this.#screen.rows,
      viewer: viewer.viewer,
    });
    hear({ is: "line", attached: this.#line.session !== undefined, because: this.#because });
    this.#viewers.add(viewer, hear);
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
    this.#recorder?.mark(event.at, event.says);
  }

  /** Its BMC was told to start it: the console should say something soon. */
  poweredOn(): void {
    this.#enter("power-on");
  }

  async stop(): Promise<void> {
    await this.#line.stop();
    clearTimeout(this.#stallTimer);
    clearTimeout(this.#passedTimer);
    clearTimeout(this.#stillTimer);
    await Promise.all([this.#closing, this.#recorder?.close()]);
    this.#screen.dispose();
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
    this.#lastSaid = this.#needs.now(); // what was said before nobody heard
    const recording = this.#record()?.path;
    const says = `The console of ${this.#needs.machine} is attached${recording ? " and recorded" : ""}`;
    this.#tell("console.attached", says, { ...(recording && { recording: basename(recording) }) });
    this.#lineChanged();
  }

  #lost(why: string): void {
    const isNews = this.#because !== why;
    this.#because = why;
    if (!isNews) return;
    this.#tell("console.lost", `The console of ${this.#needs.machine} is not attached: ${printable(why)}`);
    this.#lineChanged();
  }

  #heard(chunk: Uint8Array): void {
    this.#lastSaid = this.#needs.now();
    this.#resize(this.#rowsAfter(chunk));
    this.#record()?.said(this.#needs.now(), chunk); // bytes may come before the driver says that it is attached
    this.#viewers.tellAll({ is: "bytes", data: Buffer.from(chunk).toString("base64") });
    void this.#screen.write(chunk).then(() => this.#drawn());
  }

  #resize(rows: number): void {
    if (rows === this.#screen.rows) return;
    this.#screen.resize(rows);
    this.#record()?.resized(this.#needs.now(), COLUMNS, rows);
    this.#viewers.tellAll({ is: "size", columns: COLUMNS, rows });
  }

  /** The recorder of now: a new one each day and each 8 MB, none while the disk takes no more. */
  #record(): Recorder | undefined {
    const { machine, now, recordings } = this.#needs;
    const at = now();
    const old = this.#recorder;
    const isFull = old !== undefined && (old.bytes > MOST_BYTES || at - old.startedAt > MOST_MS);
    if (isFull) {
      this.#recorder = undefined;
      this.#closing = Promise.all([this.#closing, old.close()]);
    }
    if (at < this.#restsUntil) return undefined;
    if (this.#unrecordedSince !== undefined && (old?.bytes ?? 0) > 0) {
      this.#unrecordedSince = undefined;
      this.#tell("console.recorded", `The console of ${machine} is recorded again`);
    }
    const cast = { columns: COLUMNS, rows: this.#screen.rows, startedAt: at };
    this.#recorder ??= this.#begun(
      new Recorder(recordings, machine, cast, (error) => this.#unrecorded(error)),
    );
    return this.#recorder;
  }

  #begun(recorder: Recorder): Recorder {
    if (this.#unrecordedSince === undefined) return recorder;
    const gap = duration(recorder.startedAt - this.#unrecordedSince);
    recorder.mark(recorder.startedAt, `Not recorded for ${gap} before this`);
    return recorder;
  }

  /** The console goes on; the recording is tried again, and told of once. */
  #unrecorded(error: Error): void {
    const { machine, now } = this.#needs;
    this.#recorder = undefined;
    this.#restsUntil = now() + RECORD_AGAIN_MS;
    if (this.#unrecordedSince !== undefined) return;
    this.#unrecordedSince = now();
    const { id, says, remedy } = new Fault("console.not-recorded", { machine, why: error.message });
    this.#tell("fault", says, { fault: id, remedy });
  }

  /** Lines pass quickly and are read at once; what stands is read when it is drawn to its end. */
  #drawn(): void {
    const now = this.#needs.now();
    this.#restlessSince ??= now;
    this.#passedTimer ??= setTimeout(() => this.#look("passing"), LOOK_EVERY_MS);
    clearTimeout(this.#stillTimer);
    const rest = Math.max(0, Math.min(STILL_MS, this.#restlessSince + RESTLESS_MS - now));
    this.#stillTimer = setTimeout(() => this.#look("standing"), rest);
  }

  #look(what: "passing" | "standing"): void {
    if (what === "passing") this.#passedTimer = undefined;
    else this.#restlessSince = undefined;
    const screen = what === "standing" ? this.#screen.lines() : undefined;
    const { now, rules } = this.#needs;
    const passedLines = this.#screen.passed();
    const seen = look(this.#watchman, { passedLines, screen, at: now(), ...(rules && { rules: rules() }) });
    this.#watchman = seen.watchman;
    for (const sighting of seen.sightings) {
      this.#sighted(sighting);
      this.#enter(sighting.id);
    }
  }

  #sighted({ id, subject, says }: Sighting): void {
    this.#tell("console.sighting", printable(says), { sighting: id, subject });
  }

  /** What it is up to now; some stages should not be silent for long. */
  #enter(id: string): void {
    this.#stage = stageAfter(id, this.#needs.now());
    this.#awaitStall();
  }

  #awaitStall(): void {
    clearTimeout(this.#stallTimer);
    const at = stallsAt(this.#stage, this.#lastSaid);
    if (at === undefined) return;
    this.#stallTimer = setTimeout(() => this.#mayHaveStalled(), Math.max(1000, at - this.#needs.now()));
    this.#stallTimer.unref();
  }

  #mayHaveStalled(): void {
    const stage = this.#stage;
    const at = stallsAt(stage, this.#lastSaid);
    const isAttached = this.#line.session !== undefined; // a line that is lost says nothing, and that is told
    if (stage !== undefined && at !== undefined && at <= this.#needs.now() && isAttached) {
      const { stage: after, says } = stalled(stage);
      this.#stage = after;
      this.#sighted({ id: STALL, subject: stage.id, says });
    }
    this.#awaitStall();
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
