import type { Bmc, BootFound, ConsoleEars } from "../../src/bmc/bmc.ts";

/** A BMC in memory: its power is what it was told, its console echoes. */
export function pretendBmc() {
  const told: string[] = [];
  let power: "on" | "off" = "off";
  let found: BootFound = { device: "none", efi: false, lasts: "once" };
  let ears: ConsoleEars | undefined;
  const bmc: Bmc = {
    speaks: "pretend",
    power: async () => power,
    act: async (act, _, soft) => {
      told.push(`power ${act}${soft === undefined ? "" : ` within ${soft.withinMs} ms`}`);
      power = act === "off" || act.startsWith("soft") ? "off" : "on";
      return power;
    },
    bootOnce: async (device, { efi }) => {
      told.push(`boot ${device}${efi ? " efi" : ""}`);
      found = { device, efi, lasts: "once" };
    },
    bootAlways: async (device, { efi }) => {
      told.push(`boot always ${device}${efi ? " efi" : ""}`);
      found = { device, efi, lasts: "always" };
    },
    bootDevice: async () => found,
    insertMedia: async (url) => void told.push(`insert ${url}`),
    ejectMedia: async () => void told.push("eject"),
    consoleOffer: async () => ({ ways: [{ by: "IPMI", isOn: true }], baud: 115_200 }),
    openConsole: async (on) => {
      ears = on;
      return {
        write: (bytes) => on.bytes(bytes),
        sendBreak: () => told.push("break"),
        close: async () => {}, // as a real driver: who closes is not told that it ended
      };
    },
  };
  return { bmc, told, says: (text: string) => ears?.bytes(Buffer.from(text)) };
}
