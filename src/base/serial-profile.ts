import { flaw, ok, type Read } from "./read.ts";

/** Which serial port a machine speaks through: unit n is ttySn, COM(n+1); on ARM servers, ttyAMAn. */
export type SerialProfile = { readonly port?: "ttyAMA"; readonly unit: number; readonly speed: number };

export const DEFAULT_SERIAL: SerialProfile = { unit: 1, speed: 115_200 };
export const VIRTUAL_SERIAL: SerialProfile = { unit: 0, speed: 115_200 };
const SPEEDS = [9600, 19_200, 38_400, 57_600, 115_200];

/** `ttyS1,115200n8` as the kernel's console= takes it (Documentation/admin-guide/serial-console.rst). */
export function readSerialProfile(text: string): Read<SerialProfile> {
  const match = /^tty(S|AMA)(\d{1,2}),(\d+)(n8)?$/.exec(text);
  if (!match) return flaw(`"${text}" is not a serial profile such as ttyS1,115200n8`);
  const [unit, speed] = [Number(match[2]), Number(match[3])];
  if (!SPEEDS.includes(speed))
    return flaw(`${speed} is not a speed of a serial console: ${SPEEDS.join(", ")}`);
  return ok({ ...(match[1] === "AMA" && { port: "ttyAMA" }), unit, speed });
}

export const serialName = ({ port, unit, speed }: SerialProfile): string =>
  `${port ?? "ttyS"}${unit},${speed}n8`;
