import type { BmcReport } from "../../api/bmc-shapes.ts";
import type { Finding, ImageCheck, Machine } from "../../api/shapes.ts";
import { readSerialProfile } from "../../base/serial-profile.ts";

/** What was looked at before an install; `overrule`: the operator may say that it goes on all the same. */
export type Found = Finding & { readonly overrule?: true };

export function overallOf(findings: readonly Finding[]): ImageCheck["overall"] {
  if (findings.some(({ is }) => is === "fail")) return "fail";
  return findings.some(({ is }) => is === "unknown") ? "unknown" : "pass";
}

/** The check that the service makes of its images, as it stands. */
export function judgeCheck(image: string, check: ImageCheck | null): Found[] {
  const unchecked = `${image} was not checked yet, so whether its kernel fits the mirror is not known.`;
  if (check === null) {
    const remedy = `\`rackhand image check ${image}\` checks it now.`;
    return [{ id: "image-check", is: "unknown", says: unchecked, remedy }];
  }
  const odd = check.findings.filter(({ is }) => is !== "pass");
  if (odd.length === 0) return [{ id: "image-check", is: "pass", says: `${image} passed its last check.` }];
  return odd.map((finding) => ({ ...finding, id: `image-${finding.id}`, overrule: true }));
}

/** Whether the BMC's end of the serial line is as fast as the machine's, and switched on. */
export function judgeSerial({ name, serial }: Machine, offer: BmcReport["console"]): Found {
  const id = "serial";
  const ours = readSerialProfile(serial);
  const speed = ours.ok ? ours.value.speed : undefined;
  const serialOverLan = offer?.ways.find(({ by }) => by === "IPMI");
  if (serialOverLan !== undefined && !serialOverLan.isOn) {
    const remedy = "Switch it on: `ipmitool sol set enabled true 1`, or in the BMC's own page.";
    return { id, is: "fail", says: `Serial-over-LAN is off in the BMC of ${name}.`, remedy, overrule: true };
  }
  if (offer?.baud === undefined) {
    const says = `The BMC of ${name} does not say how fast its serial line is; ${serial} is believed.`;
    return { id, is: "unknown", says };
  }
  if (offer.baud === speed)
    return { id, is: "pass", says: `The BMC's serial line runs at ${offer.baud} bit/s, as ${serial} says.` };
  const says = `The BMC's serial line runs at ${offer.baud} bit/s, but ${name} is on record with ${serial}.`;
  const remedy = "Set one of them: `ipmitool sol set volatile-bit-rate`, or the machine's serial profile.";
  return { id, is: "fail", says, remedy, overrule: true };
}

export const judgeConsole = ({ name, console }: Machine): Found =>
  console.is === "attached"
    ? { id: "console", is: "pass", says: `The console of ${name} is attached.` }
    : {
        ...{ id: "console", is: "fail" },
        says: `The console of ${name} is not attached${console.because === null ? "" : `: ${console.because}`}.`,
        remedy:
          "An install is watched on it. It is tried again by itself; `rackhand console` shows when it is.",
      };
