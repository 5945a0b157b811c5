import { type Key, type Keyboard, NOBODY, press, type Turn, type Viewer } from "./core/keyboard.ts";
import { Pile } from "./pile.ts";

export type Say =
  | { is: "screen"; data: string; columns: number; rows: number; viewer: string }
  | { is: "size"; columns: number; rows: number }
  | { is: "bytes"; data: string }
  | { is: "skipped"; bytes: number } // said by who sends it on
  | { is: "writer"; writer: Viewer | null; you: boolean }
  | { is: "line"; attached: boolean; because: string | null }
  | { is: "refused"; says: string; remedy: string };
export type Hear = (say: Say) => void;

/** A line that never rests is told so often: each frame costs far more than the bytes in it. */
const TOGETHER_MS = 25;

/** Who watches one console, and which of them has the keyboard. */
export class Viewers {
  readonly #all = new Map<string, { readonly viewer: Viewer; readonly hear: Hear }>();
  readonly #turned: (turn: Turn) => void;
  readonly #waiting = new Pile(); // bytes that go out together
  #timer: NodeJS.Timeout | undefined;
  #keyboard: Keyboard = NOBODY;

  constructor(turned: (turn: Turn) => void) {
    this.#turned = turned;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  get writer(): Viewer | undefined {
    return this.#keyboard.writer;
  }

  /** What the machine says: at once after a pause, else with what comes in the next moment. */
  bytes(chunk: Uint8Array): void {
    if (this.isEmpty) return;
    this.#waiting.put(chunk);
    if (this.#timer !== undefined) return;
    this.flush();
    this.#timer = setTimeout(() => this.#together(), TOGETHER_MS);
  }

  /** Before anything else is told: what waits comes first. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const data = this.#waiting.lend((bytes) => bytes.toString("base64"));
    for (const { hear } of this.#all.values()) hear({ is: "bytes", data });
  }

  stop(): void {
    this.flush();
    clearTimeout(this.#timer);
  }

  add(viewer: Viewer, hear: Hear): void {
    this.#all.set(viewer.viewer, { viewer, hear });
    hear(this.#writerAs(viewer.viewer));
  }

  remove(viewer: string): void {
    this.#all.delete(viewer);
    this.#press({ do: "gone", by: { viewer } });
  }

  /** Whether this viewer's act goes through; a viewer that is not there has no acts. */
  press(viewer: string, act: "type" | "take" | "leave"): boolean {
    const one = this.#all.get(viewer);
    return one !== undefined && this.#press({ do: act, by: one.viewer });
  }

  tell(viewer: string, say: Say): void {
    this.flush();
    this.#all.get(viewer)?.hear(say);
  }

  tellAll(say: Say): void {
    this.flush();
    for (const { hear } of this.#all.values()) hear(say);
  }

  #together(): void {
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    this.flush();
    this.#timer = setTimeout(() => this.#together(), TOGETHER_MS);
  }

  #press(key: Key): boolean {
    const turn = press(this.#keyboard, key);
    this.#keyboard = turn.keyboard;
    if (turn.changed) {
      for (const [viewer, { hear }] of this.#all) hear(this.#writerAs(viewer));
      this.#turned(turn);
    }
    return turn.may;
  }

  #writerAs(viewer: string): Say {
    return { is: "writer", writer: this.writer ?? null, you: this.writer?.viewer === viewer };
  }
}
