import { Fault } from "../base/fault.ts";
import { type FileMachine, machinesFile } from "./core/machines-file.ts";
import { mistakesIn, textOf, tomlOf } from "./read-settings.ts";

/** Reads a file of machines; all that is wrong with it is said at once, each with its line, its key and what it wants. */
export function readMachines(path: string): FileMachine[] {
  const refused = (wrong: readonly string[], cause?: unknown) =>
    new Fault("machine.file-wrong", { path, wrong: wrong.join("\n  ") }, cause);
  const text = textOf(path, refused);
  const read = machinesFile.safeParse(tomlOf(text, refused));
  if (!read.success) throw refused(mistakesIn(read.error, text));
  return read.data.machine.map(({ bmc, ...machine }) => ({ ...machine, bmc: bmc ?? null }));
}
