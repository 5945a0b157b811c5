/** Rows as aligned columns; the last one is cut where the terminal ends. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  return all.map((row) => {
    const line = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join("  ");
    return line.length > width ? `${line.slice(0, width - 1)}…` : line.trimEnd();
  });
}

/** Names and values, one a line. */
export function fields(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}
