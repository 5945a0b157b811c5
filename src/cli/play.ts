import { TAMING, tame } from "./tame.ts";
import type { Asks, Terminal } from "./world.ts";

export type Playing = {
  readonly name: string;
  readonly file: string;
  readonly fromMs: number;
  readonly speed: number;
  readonly idleLimitMs: number; // longer silences are cut to this
};
type World = { readonly api: Asks; readonly terminal: Terminal; readonly stopped: AbortSignal };

export const PLAY_KEYS = "space halts and goes on, + and - change the speed, q ends";
const FASTEST = 64;

/** Shows a recording as it was, at its own pace, on a terminal that the machine's bytes cannot harm. */
export async function play(
  { name, file, fromMs, speed, idleLimitMs }: Playing,
  { api, terminal, stopped }: World,
): Promise<void> {
  const say = (text: string) => terminal.write(`\r\n[rackhand: ${text}]\r\n`);
  const pace = new Pace(speed, stopped);
  let taming = TAMING;
  let from: number | null = fromMs;
  let last = fromMs;
  say(`${name}, ${file}; ${PLAY_KEYS}`);
  terminal.raw(true);
  terminal.typed((bytes) => {
    for (const key of Buffer.from(bytes).toString("latin1")) pace.key(key);
  });
  try {
    while (from !== null && !pace.isOver) {
      const part: Awaited<ReturnType<typeof readPart>> = await readPart(api, name, file, from);
      for (const { ms, code, text } of part.events) {
        await pace.wait(Math.min(Math.max(0, ms - last), idleLimitMs));
        if (pace.isOver) return;
        last = ms;
        if (code !== "o") continue; // marks would stand in the machine's own text; the timeline has them
        const read = tame(taming, Buffer.from(text));
        taming = read.taming;
        terminal.write(read.shown);
      }
      from = part.next;
    }
    if (!pace.isOver) say("that was all");
  } finally {
    terminal.raw(false);
    terminal.write("\x1b[?1l\x1b>\x1b[?1049l\x1b[?25h\x1b[0m\r\n");
  }
}

const readPart = (api: Asks, name: string, file: string, from: number) =>
  api.ask("readRecording", { name, file, from, most: 250_000 });

/** How fast it goes, as the keys have it. */
class Pace {
  isOver = false;
  #speed: number;
  #isHalted = false;
  #changed: () => void = () => {};

  constructor(speed: number, stopped: AbortSignal) {
    this.#speed = speed;
    stopped.addEventListener("abort", () => this.key("q"), { once: true });
  }

  key(key: string): void {
    if (key === "q" || key === "\x03") this.isOver = true;
    else if (key === " ") this.#isHalted = !this.#isHalted;
    else if (key === "+") this.#speed = Math.min(FASTEST, this.#speed * 2);
    else if (key === "-") this.#speed = Math.max(1 / FASTEST, this.#speed / 2);
    this.#changed();
  }

  /** Until so much of the recording's time has passed, or it is over. */
  async wait(ms: number): Promise<void> {
    let left = ms;
    while (!this.isOver && (left > 0 || this.#isHalted)) {
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
