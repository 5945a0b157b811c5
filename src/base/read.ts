/** Bytes and words come from strangers, so reading returns a flaw; values come from us, so writing never fails. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly flaw: string; readonly at: number };

export const ok = <T>(value: T): Read<T> => ({ ok: true, value });
export const flaw = (what: string, at = 0): Read<never> => ({ ok: false, flaw: what, at });

/** The value, or an `Error` with the flaw: for literals of our own, whose flaw would be a bug. */
export function must<T>(read: Read<T>): T {
  if (read.ok) return read.value;
  throw new Error(read.flaw);
}
