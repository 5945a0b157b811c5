import { type Machine, machineChange } from "../../src/api/shapes.ts";
import { flaw } from "../../src/base/read.ts";
import { becomes, changedOf, changeOf, type Draft, type Fields, flagsOf, listed } from "./change-draft.ts";

/** What is on record of a machine, to be changed. */
export type RecordField = "macs" | "firmware" | "serial" | "redirected" | "loader" | "segment";
export type RecordDraft = Draft<RecordField>;
type Both = { readonly before: RecordDraft; readonly draft: RecordDraft };

export const RECORD: Fields<RecordField> = {
  macs: { says: "MAC addresses", flag: "--mac", hint: "0c:c4:7a:7c:28:40", isList: true },
  firmware: {
    ...{ says: "Firmware", flag: "--firmware" },
    options: [
      ["bios", "BIOS"],
      ["uefi", "UEFI"],
    ],
  },
  serial: { says: "Serial console", flag: "--serial", hint: "ttyS1,115200n8" },
  redirected: {
    ...{ says: "Screen copied to serial", flag: "--redirected" },
    options: [
      ["no", "no"],
      ["yes", "yes: its firmware copies the screen there"],
    ],
  },
  loader: {
    ...{ says: "Loader", flag: "--loader" },
    options: [
      ["auto", "auto: by what asks"],
      ["pxelinux", "pxelinux: even to an iPXE ROM"],
      ["ipxe", "ipxe: even to firmware that is not iPXE"],
    ],
  },
  segment: { says: "Segment", flag: "--segment" },
};

export const recordOf = ({ macs, firmware, serial, redirected, loader, segment }: Machine): RecordDraft => ({
  ...{ firmware, serial, loader, segment },
  ...{ macs: macs.join(" "), redirected: redirected ? "yes" : "no" },
});

/** Why it cannot be asked for yet, or the change. */
export function recordChange(both: Both) {
  if (changedOf(RECORD, both).length === 0) return flaw("nothing is changed");
  const as = { macs: listed, redirected: (text: string) => text === "yes" };
  return changeOf(RECORD, both, { shape: machineChange, as });
}

export function recordWords(name: string, both: Both): string {
  const words = becomes(RECORD, both);
  const what = words === "" ? `Change what is on record of ${name}.` : `Of ${name}, ${words}.`;
  return `${what} The next boot is answered by it; what runs on ${name} is not touched.`;
}

export const recordLine = (name: string, both: Both): string =>
  ["rackhand", "machine", "set", name, ...flagsOf(RECORD, both)].join(" ");
