import { screenRows } from "./core/screen-rows.ts";
import { type Sighting, type SightingRule, STALL } from "./core/sightings.ts";
import { type Stage, stageAfter, stalled, stallsAt } from "./core/stall.ts";
import { look, WATCHMAN } from "./core/watchman.ts";
import { Pile } from "./pile.ts";
import { Screen } from "./screen.ts";

/** What passes is looked at so often; it is interpreted then too, all at once. */
export const LOOK_EVERY_MS = 400;
/** A screen stands when nothing came for this long; one that never rests is looked at all the same. */
export const STILL_MS = 150;
export const RESTLESS_MS = 2000;
/** More than this is looked at without waiting: lines of nine bytes are as many as the screen remembers. */
const MOST_UNREAD = 1024;
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
  #timer: NodeJS.Timeout | undefined;
  #restlessSince: number | undefined;
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

  hear(chunk: Uint8Array): void {
    this.#lastSaid = this.#needs.even();
    const rows = this.#rowsAfter(chunk);
    if (rows !== this.rows) {
      this.#interpret();
      this.#screen.resize(rows);
      this.#needs.resized(rows);
    }
    this.#restlessSince ??= this.#lastSaid;
    for (let at = 0; at < chunk.length; at += MOST_UNREAD) this.#take(chunk.subarray(at, at + MOST_UNREAD));
    this.#timer ??= setTimeout(() => this.#tick(), LOOK_EVERY_MS);
  }

  lines(): string[] {
    this.#interpret();
    return this.#screen.lines();
  }

  /** Text that draws the present screen in an empty terminal. */
  redraw(): string {
    this.#interpret();
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
    clearTimeout(this.#timer);
    clearTimeout(this.#stallTimer);
    this.#screen.dispose();
  }

  #tick(): void {
    this.#timer = undefined;
    this.#readBytes = 0;
    if (this.#skipped > 0) this.#needs.skipped(this.#skipped);
    this.#skipped = 0;
    const now = this.#needs.even();
    const isStill = now - this.#lastSaid >= STILL_MS;
    const stands = isStill || now - (this.#restlessSince ?? now) >= RESTLESS_MS;
    this.#look(stands);
    if (stands) this.#restlessSince = isStill ? undefined : now;
    if (!isStill) this.#timer = setTimeout(() => this.#tick(), LOOK_EVERY_MS);
  }

  #take(part: Uint8Array): void {
    if (this.#readBytes > MOST_A_LOOK) {
      this.#skipped += part.length;
      return;
    }
    if (this.#unread.length + part.length > MOST_UNREAD) this.#look(false);
    this.#unread.put(part);
    this.#readBytes += part.length;
  }

  #interpret(): void {
    if (this.#unread.length > 0) this.#unread.lend((bytes) => this.#screen.write(bytes));
  }

  #look(stands: boolean): void {
    this.#interpret();
    const { even, rules } = this.#needs;
    const screen = stands ? this.#screen.lines() : undefined;
    const passedLines = this.#screen.passed();
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
