/** asciicast v2: a header line, then one JSON line an event: [seconds, code, data]. Codes: o output, i input, m marker, r resize. */
export type Cast = {
  readonly columns: number;
  readonly rows: number;
  readonly startedAt: number;
  readonly title: string;
};

export function castHeader({ columns, rows, startedAt, title }: Cast): string {
  const header = { version: 2, width: columns, height: rows, timestamp: Math.floor(startedAt / 1000), title };
  return `${JSON.stringify(header)}\n`;
}

export const castLine = (ms: number, code: "o" | "i" | "m", text: string): string =>
  `${JSON.stringify([Math.max(0, Math.round(ms)) / 1000, code, text])}\n`;
