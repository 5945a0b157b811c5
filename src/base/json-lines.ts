/** Splits a stream of text into JSON lines; what is left over waits for the rest. A line beyond `most` is a flaw. */
export function takeLines(
  rest: string,
  more: string,
  most = 4_000_000,
): { lines: string[]; rest: string; tooLong: boolean } {
  const parts = (rest + more).split("\n");
  const left = parts.pop()!;
  const tooLong = left.length > most || parts.some((line) => line.length > most);
  return { lines: parts.filter((line) => line !== ""), rest: left, tooLong };
}
