import { API, type Question, type RowName } from "./table.ts";

/** Where a question goes: the path with its names filled in, and what is left for the query or the body. */
export function addressed<N extends RowName>(
  row: N,
  question: Question<N>,
): { path: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...(question as Record<string, unknown>) };
  const path = API[row].path.replace(/:(\w+)/g, (_, hole: string) => {
    const value = String(rest[hole]);
    delete rest[hole];
    return encodeURIComponent(value);
  });
  return { path, rest };
}

export function query(rest: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(rest).filter(([, value]) => value !== undefined);
  const text = pairs
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join("&");
  return text === "" ? "" : `?${text}`;
}
