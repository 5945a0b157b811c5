import { join, resolve } from "node:path";
import { holderOf } from "../../src/rack/holder.ts";
import { allProcesses, pidSpaceOf } from "../processes.ts";

/** When the rack's only machine was powered on: when the kernel made its QEMU process (to 10 ms). */
export function poweredOnAt(state: string): number {
  const holder = holderOf(join(resolve(state), "rack"));
  const space = holder === undefined ? undefined : pidSpaceOf(holder, "pid_for_children");
  const qemu = allProcesses().find(
    ({ pid, argv }) => argv[0]?.startsWith("qemu-system-") && pidSpaceOf(pid, "pid") === space,
  );
  if (space === undefined || qemu === undefined) throw new Error(`no machine of ${state} has power`);
  return qemu.startedAt;
}
