/** How a state or an event is drawn: always a shape and a word, the colour comes on top. */
export type Look = "good" | "busy" | "asks" | "bad" | "off" | "unknown";

const WORDS: readonly (readonly [RegExp, Look])[] = [
  [/panic|oops|error|fail|lost|stuck|no boot device|unreachable|refused/, "bad"],
  [/^off\b|powered off|switched off/, "off"],
  [/dialog|menu|setup|wait|rescue|prompt for/, "asks"],
  [/login|installed|running|ready|^up\b/, "good"],
  [/boot|kernel|start|install|load|pxe|rom|firmware|power|on\b|dhcp|net/, "busy"],
];

/** The service says a state in words; a word that nobody foresaw is drawn as unknown, not as fine. */
export function lookOf(word: string): Look {
  const lower = word.toLowerCase();
  return WORDS.find(([pattern]) => pattern.test(lower))?.[1] ?? "unknown";
}
