/** How a state is drawn: always a shape and a word, the colour comes on top. */
export type Look = "good" | "busy" | "asks" | "bad" | "off" | "unknown";

const WORDS: readonly (readonly [RegExp, Look])[] = [
  [/panic|fault|error|fail|no boot device|stuck/, "bad"],
  [/^off$/, "off"],
  [/menu|dialog|setup|^installer$|rescue/, "asks"],
  [/^up$|login|installed|running|ready/, "good"],
  [/boot|kernel|starting|install|loading/, "busy"],
];

/** The service says a state in words; a word that nobody foresaw is drawn as unknown, not as fine. */
export const lookOf = (word: string): Look =>
  WORDS.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1] ?? "unknown";
