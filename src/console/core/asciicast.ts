/** asciicast v2: a header line, then one JSON line an event: [seconds, code, text]. Codes: o output, i input, m marker, r resize. */
export type Cast = {
  readonly columns: number;
  readonly rows: number;
  readonly startedAt: number;
  readonly title: string;
};
export type CastEvent = { readonly ms: number; readonly code: "o" | "m" | "r"; readonly text: string };

export function castHeader({ columns, rows, startedAt, title }: Cast): string {
  const header = { version: 2, width: columns, height: rows, timestamp: Math.floor(startedAt / 1000), title };
  return `${JSON.stringify(header)}\n`;
}

export const castLine = (ms: number, code: "o" | "m" | "r", text: string): string =>
  `${JSON.stringify([Math.max(0, Math.round(ms)) / 1000, code, text])}\n`;

/** One event; `undefined`: the header, or a line that was cut off when its recorder was killed. */
export function readCastLine(line: string): CastEvent | undefined {
  if (!line.startsWith("[") || !line.endsWith("]")) return undefined;
  try {
    const [seconds, code, text] = JSON.parse(line) as unknown[];
    const isEvent = typeof seconds === "number" && typeof text === "string";
    if (!isEvent || (code !== "o" && code !== "m" && code !== "r")) return undefined;
    return { ms: Math.round(seconds * 1000), code, text };
  } catch {
    return undefined;
  }
}
