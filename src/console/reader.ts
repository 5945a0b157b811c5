import { screenRows } from "./core/screen-rows.ts";
import { type Sighting, type SightingRule, STALL } from "./core/sightings.ts";
import { type Stage, stageAfter, stalled, stallsAt } from "./core/stall.ts";
import { look, WATCHMAN } from "./core/watchman.ts";
import { Pile } from "./pile.ts";
import { Screen } from "./screen.ts";

/** What passes is looked at so often; it is interpreted then too, all at once. */
const LOOK_EVERY_MS = 1000;
/** A screen stands when nothing came for this long; one that is drawn on and never rests is looked at all the same. */
const STILL_MS = 150;
const RESTLESS_MS = 2000;
/** More than this is looked at without waiting. */
const MOST_UNREAD = 16 * 1024;
/** Of a flood the screen reads a part: whoever writes faster than any serial line would stop everybody else. */
const MOST_A_LOOK = 512 * 1024;

type Needs = {
  readonly even: () => number; // ms, whoever sets the date
  readonly rules?: (() => readonly SightingRule[]) | undefined;
  readonly sighted: (sighting: Sighting) => void;
  readonly resized: (rows: number) => void; // before what is drawn on it is told to anybody
  readonly skipped: (bytes: number) => void; // not looked at since it was last said
};

/** Reads what a console says as a person would: on its screen, for sightings, and for silence. */
export class Reader {
  readonly #needs: Needs;
  readonly #screen = new Screen();
  readonly #rowsAfter = screenRows();
  #watchman = WATCHMAN;
  readonly #unread = new Pile();
  #readBytes = 0; // since the last look by the clock
  #lookedAt = 0; // by the clock
  #isDrawn = false; // since it was last looked at as it stands
  #restlessSince: number | undefined; // it said something, and has not been seen to stand since
  #lastSaid = 0;
  #stage: Stage | undefined;
  #stallTimer: NodeJS.Timeout | undefined;
  #isListening = false;
  #skipped = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  get rows(): number {
    return this.#screen.rows;
  }

  /** Lent bytes that came at that moment; `visit` looks at what they draw. */
  hear(chunk: Uint8Array, at: number): void {
    this.#lastSaid = at;
    const rows = this.#rowsAfter(chunk);
    if (rows !== this.rows) {
      this.#look(false);
      this.#screen.resize(rows);
      this.#needs.resized(rows);
    }
    if (this.#restlessSince === undefined) this.#restlessSince = this.#lookedAt = at;
    const part = chunk.subarray(0, MOST_A_LOOK - this.#readBytes);
    this.#skipped += chunk.length - part.length;
    this.#readBytes += part.length;
    this.#unread.put(part);
    if (this.#unread.length > MOST_UNREAD) this.#look(false);
  }

  /** Looks when it is time to; whether there will be something to look at. */
  visit(now: number): boolean {
    if (this.#restlessSince === undefined) return false;
    const isStill = now - this.#lastSaid >= STILL_MS;
    if (isStill || now - this.#lookedAt >= LOOK_EVERY_MS) this.#lookByTheClock(now, isStill);
    return !isStill;
  }

  lines(): string[] {
    if (this.#unread.length > 0) this.#look(false);
    return this.#screen.lines();
  }

  /** Text that draws the present screen in an empty terminal. */
  redraw(): string {
    if (this.#unread.length > 0) this.#look(false);
    return this.#screen.redraw();
  }

  /** What was said before nobody heard. A line that is lost says nothing, and that is told as such. */
  listening(isListening: boolean): void {
    this.#isListening = isListening;
    this.#lastSaid = this.#needs.even();
  }

  /** What it is up to now; some stages should not be silent for long. */
  enter(id: string): void {
    this.#stage = stageAfter(id, this.#needs.even());
    this.#awaitStall();
  }

  stop(): void {
    clearTimeout(this.#stallTimer);
    this.#screen.dispose();
  }

  #lookByTheClock(now: number, isStill: boolean): void {
    this.#lookedAt = now;
    this.#readBytes = 0;
    if (this.#skipped > 0) this.#needs.skipped(this.#skipped);
    this.#skipped = 0;
    const isRestless = this.#isDrawn && now - this.#restlessSince! >= RESTLESS_MS;
    const stands = isStill || isRestless;
    this.#look(stands);
    if (stands) this.#restlessSince = isStill ? undefined : now;
  }

  #look(stands: boolean): void {
    const { even, rules } = this.#needs;
    const { lines: passedLines, isDrawn } = this.#unread.lend((bytes) => this.#screen.read(bytes));
    this.#isDrawn = !stands && (this.#isDrawn || isDrawn);
    const screen = stands ? this.#screen.lines() : undefined;
    const seen = look(this.#watchman, { passedLines, screen, at: even(), ...(rules && { rules: rules() }) });
    this.#watchman = seen.watchman;
    for (const sighting of seen.sightings) {
      this.#needs.sighted(sighting);
      this.enter(sighting.id);
    }
  }

  #awaitStall(): void {
    clearTimeout(this.#stallTimer);
    const at = stallsAt(this.#stage, this.#lastSaid);
    if (at === undefined) return;
    this.#stallTimer = setTimeout(() => this.#mayHaveStalled(), Math.max(1000, at - this.#needs.even()));
    this.#stallTimer.unref();
  }

  #mayHaveStalled(): void {
    const stage = this.#stage;
    const at = stallsAt(stage, this.#lastSaid);
    if (stage !== undefined && at !== undefined && at <= this.#needs.even() && this.#isListening) {
      const { stage: after, says } = stalled(stage);
      this.#stage = after;
      this.#needs.sighted({ id: STALL, subject: stage.id, says });
    }
    this.#awaitStall();
  }
}
