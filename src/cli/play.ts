import { gapsIn, markFrom } from "../api/gaps.ts";
import type { RecordingIndex } from "../api/recordings.ts";
import type { Answer } from "../api/table.ts";
import { printable } from "../base/text.ts";
import { TAMING, tame } from "./tame.ts";
import type { Asks, Terminal } from "./world.ts";

const MOST = 250_000;

export type Playing = {
  readonly name: string;
  readonly file: string;
  readonly fromMs: number;
  readonly speed: number;
  readonly idleLimitMs: number; // longer silences are cut to this
};
type World = { readonly api: Asks; readonly terminal: Terminal; readonly stopped: AbortSignal };

export const PLAY_KEYS =
  "space halts, + and - change the speed, left and right go 10 s, p and n to the previous and next mark, q ends";
const STEP_MS = 10_000;
const FASTEST = 64;

/** Shows a recording as it was, at its own pace, on a terminal that the machine's bytes cannot harm. */
export async function play(
  { name, file, fromMs, speed, idleLimitMs }: Playing,
  { api, terminal, stopped }: World,
): Promise<void> {
  const say = (text: string) => terminal.write(`\r\n[rackhand: ${text}]\r\n`);
  const pace = new Pace(speed, stopped);
  const { marks, lengthMs } = await api.ask("recordingIndex", { name, file });
  const gaps = gapsIn({ marks, lengthMs });
  let taming = TAMING;
  let from: number | null = fromMs;
  let isJump = fromMs > 0;
  let last = fromMs;
  say(`${name}, ${file}; ${PLAY_KEYS}`);
  terminal.raw(true);
  terminal.typed((bytes) => {
    for (const key of keysIn(bytes)) pace.key(key);
  });
  const events = async function* () {
    while (from !== null && !pace.isOver) {
      const screen = isJump ? { screen: "yes" as const } : {};
      const part: Answer<"readRecording"> = await api.ask("readRecording", {
        name,
        file,
        from,
        most: MOST,
        ...screen,
      });
      isJump = false;
      if (part.screen !== null) terminal.write(`\x1b[0m\x1b[2J\x1b[H${part.screen}`);
      yield* part.events;
      from = part.next;
    }
  };
  /** Plays on until the end, or until somebody wants to be elsewhere: then where. */
  const playOn = async (): Promise<number | undefined> => {
    for await (const { ms, code, text } of events()) {
      await pace.wait(Math.min(Math.max(0, ms - last), idleLimitMs));
      const to = pace.wanted(last, marks);
      if (pace.isOver || to !== undefined) return to;
      last = ms;
      const gap = code === "m" ? gaps.find(({ fromMs: at }) => at === ms) : undefined;
      if (gap !== undefined) say(`not recorded here: ${printable(gap.says)}`);
      if (code !== "o") continue; // other marks would stand in the machine's own text; the timeline has them
      const read = tame(taming, Buffer.from(text));
      taming = read.taming;
      terminal.write(read.shown);
    }
    return undefined;
  };
  try {
    for (let to = await playOn(); to !== undefined && !pace.isOver; to = await playOn()) {
      [from, last, isJump, taming] = [to, to, true, TAMING];
    }
    if (!pace.isOver) say("that was all");
  } finally {
    terminal.raw(false);
    terminal.write("\x1b[?1l\x1b>\x1b[?1049l\x1b[?25h\x1b[0m\r\n");
  }
}

/** Arrows come as three bytes each. */
const keysIn = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("latin1").replaceAll("\x1b[C", ">").replaceAll("\x1b[D", "<");

/** How fast it goes, as the keys have it. */
class Pace {
  isOver = false;
  #speed: number;
  #isHalted = false;
  #go: { readonly by: number } | { readonly mark: 1 | -1 } | undefined;
  #changed: () => void = () => {};

  constructor(speed: number, stopped: AbortSignal) {
    this.#speed = speed;
    stopped.addEventListener("abort", () => this.key("q"), { once: true });
  }

  key(key: string): void {
    if (key === "q" || key === "\x03") this.isOver = true;
    else if (key === " ") this.#isHalted = !this.#isHalted;
    else if (key === ">" || key === "<") this.#go = { by: key === ">" ? STEP_MS : -STEP_MS };
    else if (key === "n" || key === "p") this.#go = { mark: key === "n" ? 1 : -1 };
    else if (key === "+") this.#speed = Math.min(FASTEST, this.#speed * 2);
    else if (key === "-") this.#speed = Math.max(1 / FASTEST, this.#speed / 2);
    this.#changed();
  }

  /** Where somebody asked to go since it was asked last. */
  wanted(now: number, marks: RecordingIndex["marks"]): number | undefined {
    const go = this.#go;
    this.#go = undefined;
    if (go === undefined) return undefined;
    return "by" in go ? Math.max(0, now + go.by) : markFrom(marks, now, go.mark)?.ms;
  }

  /** Until so much of the recording's time has passed, or it is over. */
  async wait(ms: number): Promise<void> {
    let left = ms;
    while (!this.isOver && this.#go === undefined && (left > 0 || this.#isHalted)) {
      const [before, speed, isHalted] = [performance.now(), this.#speed, this.#isHalted];
      await this.#rest(isHalted ? undefined : left / speed);
      if (!isHalted) left -= (performance.now() - before) * speed;
    }
  }

  #rest(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
