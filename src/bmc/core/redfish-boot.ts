import { flaw, ok, type Read } from "../../base/read.ts";
import type { System } from "./redfish-shapes.ts";

/** The boot override of DSP2046's ComputerSystem.Boot. */
export type BootWish = {
  readonly device: "none" | "pxe" | "http" | "disk" | "cdrom" | "bios";
  readonly efi: boolean;
  readonly lasts: "once" | "always";
  readonly uri?: string;
};
/** In the order of preference: boards differ in what they call the same thing. */
const TARGETS: Readonly<Record<BootWish["device"], readonly string[]>> = {
  none: ["None"],
  pxe: ["Pxe"],
  http: ["UefiHttp"],
  disk: ["Hdd"],
  cdrom: ["Cd", "UsbCd"],
  bios: ["BiosSetup"],
};

const OFF: readonly (string | null | undefined)[] = ["Disabled", "None", null, undefined];

export type Override = {
  readonly BootSourceOverrideEnabled: string;
  readonly BootSourceOverrideTarget: string;
  readonly BootSourceOverrideMode?: string;
  readonly HttpBootUri?: string;
};

/** What is asked of this system; a flaw when it says itself that it cannot. */
export function overrideFor({ Boot }: System, { device, efi, lasts, uri }: BootWish): Read<Override> {
  if (Boot === undefined) return flaw("this system offers no boot override");
  const offered = Boot["BootSourceOverrideTarget@Redfish.AllowableValues"];
  const target = TARGETS[device].find((name) => offered?.includes(name) ?? true);
  if (target === undefined && device !== "none") {
    return flaw(`it offers no ${TARGETS[device].join(" or ")}, only ${offered!.join(", ")}`);
  }
  if (device === "none")
    return ok({ BootSourceOverrideEnabled: "Disabled", BootSourceOverrideTarget: "None" });
  // a board without a mode is of one kind only; told one, it refuses the whole request
  const mode = typeof Boot.BootSourceOverrideMode === "string" ? (efi ? "UEFI" : "Legacy") : undefined;
  return ok({
    BootSourceOverrideEnabled: lasts === "once" ? "Once" : "Continuous",
    BootSourceOverrideTarget: target!,
    ...(mode !== undefined && { BootSourceOverrideMode: mode }),
    ...(uri !== undefined && { HttpBootUri: uri }),
  });
}

/** Whether it reads back as asked: boards answer 200 and drop the mode, or all of it (bmclib issue 459). */
export function isOverridden({ Boot }: System, asked: Override): boolean {
  if (Boot === undefined) return false;
  const isOff = OFF.includes(Boot.BootSourceOverrideEnabled);
  if (asked.BootSourceOverrideEnabled === "Disabled")
    return isOff || Boot.BootSourceOverrideTarget === "None";
  return Object.entries(asked).every(([key, value]) => Boot[key] === value);
}

/** What the next start is told; nothing at all when the override is off. */
export function readBoot({ Boot }: System): {
  device: BootWish["device"] | "other";
  lasts: BootWish["lasts"];
  efi: boolean | null;
  uri?: string;
} {
  const { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target } = Boot ?? {};
  const mode = Boot?.BootSourceOverrideMode;
  const efi = typeof mode === "string" ? mode === "UEFI" : null;
  const isOff = OFF.includes(enabled);
  const known = Object.entries(TARGETS).find(([, names]) => names.includes(String(target)))?.[0];
  const device = isOff ? "none" : ((known as BootWish["device"] | undefined) ?? "other");
  const uri = device === "http" && typeof Boot?.HttpBootUri === "string" ? { uri: Boot.HttpBootUri } : {};
  return { device, lasts: enabled === "Continuous" ? "always" : "once", efi, ...uri };
}

export function saysBoot({ Boot }: System): string {
  if (Boot === undefined) return "no boot override at all";
  const { BootSourceOverrideTarget: target, BootSourceOverrideMode: mode, HttpBootUri: uri } = Boot;
  const words = [target, mode, Boot.BootSourceOverrideEnabled, target === "UefiHttp" ? uri : undefined];
  return words.filter((word) => typeof word === "string").join(", ") || "nothing";
}

/** The ResetType for an act, by what the system says it takes; none: it must be done in two steps, or cannot. */
const RESETS: Readonly<Record<"on" | "off" | "cycle" | "reset" | "soft", readonly string[]>> = {
  on: ["On", "ForceOn", "PushPowerButton"],
  off: ["ForceOff"],
  cycle: ["PowerCycle"],
  reset: ["ForceRestart"],
  soft: ["GracefulShutdown", "PushPowerButton"],
};
/** `PowerCycle` came late (2016.3): one that does not list what it takes is not believed to have it. */
const UNLISTED = ["On", "ForceOff", "ForceRestart", "GracefulShutdown"];

export function resetTypeFor({ Actions }: System, act: keyof typeof RESETS): string | undefined {
  const offered = Actions?.["#ComputerSystem.Reset"]?.["ResetType@Redfish.AllowableValues"] ?? UNLISTED;
  return RESETS[act].find((type) => offered.includes(type));
}
