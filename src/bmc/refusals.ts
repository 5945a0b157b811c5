import { Fault } from "../base/fault.ts";
import type { Read } from "../base/read.ts";

type Whose = { readonly machine: string };

export const refused = ({ machine }: Whose, act: string, why: string, cause?: unknown) =>
  new Fault("bmc.failed", { machine, act, why }, cause);

/** What was read of an answer, or the fault that says why it cannot be. */
export function understood<T>(whose: Whose, act: string, read: Read<T>): T {
  if (read.ok) return read.value;
  throw refused(whose, act, read.flaw);
}
