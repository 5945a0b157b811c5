/** One script that a live hand runs for us, once in a boot, whoever asks for it again. */
export type Errand = {
  readonly id: string;
  readonly script: string;
  readonly withinMs: number; // for the script, once it runs
};
/** How it went; a code of 124 says that its time was over (timeout(1)). */
export type ErrandAnswer = {
  readonly code: number;
  readonly output: string; // its end, printable but for line ends
};

export const ERRAND_ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
export const MOST_SCRIPT = 131_072;
/** Of its output, in one piece and in the answer. */
export const MOST_OUTPUT = 65_536;

/** How the hand and the service speak; the words after `private/TOKEN/`. */
export const HAND_SAYS = {
  hello: /^hello$/,
  errand: /^errand$/,
  said: /^said\/([a-z0-9-]{1,63})$/,
  done: /^done\/([a-z0-9-]{1,63})$/,
} as const;
export type HandSays = keyof typeof HAND_SAYS;

/** The hand's own words on a line end here: terminals and logs get nothing else of it. */
export function printableLines(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/[^\P{C}\n\t]/gu, "?");
}

/** How long an errand waits for a hand that was never heard: a machine boots that long at most. */
export const HAND_ABSENT_MS = 20 * 60_000;
/** A hand that works says something every few seconds; after this it is taken for lost. */
export const HAND_SILENT_MS = 3 * 60_000;
/** Beyond the script's own time: to send its output, through a bad network. */
export const ERRAND_GRACE_MS = 60_000;

/** How long the whole of it may take, for who asks. */
export const errandTakesMs = (withinMs: number): number =>
  HAND_ABSENT_MS + withinMs + HAND_SILENT_MS + ERRAND_GRACE_MS;
