import type { BmcAspect, BmcReport } from "../api/bmc-shapes.ts";
import { Fault } from "../base/fault.ts";
import type { Bmc, BmcAddress, BootDevice, BootFound } from "../bmc/bmc.ts";
import { changePassword, type Kept, whichWorks } from "../bmc/change-password.ts";
import { realClock } from "../bmc/clock.ts";

/** Each aspect by the driver's ability for it; one that is absent is told, not tried. */
const ASPECTS = {
  controller: (bmc) => bmc.controller?.(),
  console: (bmc) => bmc.consoleOffer?.(),
  sensors: (bmc) => bmc.sensors?.(),
  log: (bmc) => bmc.log?.(),
  parts: (bmc) => bmc.parts?.(),
  users: (bmc) => bmc.users?.(),
  findings: (bmc) => bmc.findings?.(),
} as const satisfies Record<BmcAspect, (bmc: Bmc) => Promise<unknown> | undefined>;

const WORDS: Readonly<Record<BmcAspect, string>> = {
  controller: "say what it is",
  console: "say what consoles it has",
  sensors: "read sensors",
  log: "show a log",
  parts: "name its parts",
  users: "list users",
  findings: "be looked at for what is unsafe",
};

export async function reportOf(machine: string, bmc: Bmc, about: BmcAspect): Promise<BmcReport> {
  const answer = ASPECTS[about](bmc);
  if (answer === undefined) throw cannot(machine, bmc, WORDS[about]);
  return { speaks: bmc.speaks, [about]: await answer };
}

export const cannot = (machine: string, { speaks }: Bmc, what: string) =>
  new Fault("bmc.cannot", { machine, what, speaks });

/** Sets a new password, or finds out which of the two the BMC takes; what it answers is who logged in. */
export function passwordKept(
  open: (at: BmcAddress) => Bmc,
  at: BmcAddress,
  { next, sets }: { next: string; sets: boolean },
): Promise<Kept> {
  const needs = { open, clock: realClock };
  return sets ? changePassword(needs, at, next) : whichWorks(needs, at, next);
}

export type BootWish = {
  readonly device: BootDevice;
  readonly lasts: "once" | "always";
  readonly uri?: string | undefined;
};

/** The driver sets it and reads it back; what it is then is read once more, for who asked. */
export async function setBootDevice(
  machine: string,
  bmc: Bmc,
  { device, lasts, efi, uri }: BootWish & { readonly efi: boolean },
): Promise<BootFound> {
  const set = lasts === "once" ? bmc.bootOnce : bmc.bootAlways;
  if (set === undefined || bmc.bootDevice === undefined) throw cannot(machine, bmc, "choose the boot device");
  await set.call(bmc, device, { efi, ...(uri !== undefined && { uri }) });
  return bmc.bootDevice();
}

export async function changeMedia(machine: string, bmc: Bmc, url: string | null): Promise<string> {
  if (bmc.insertMedia === undefined || bmc.ejectMedia === undefined)
    throw cannot(machine, bmc, "insert a disc");
  if (url === null) await bmc.ejectMedia();
  else await bmc.insertMedia(url);
  return url === null
    ? `The virtual CD drive of ${machine} is empty; its BMC reads it back so`
    : `${url} is in the virtual CD drive of ${machine}; its BMC reads it back so`;
}
