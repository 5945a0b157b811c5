import { flaw, ok, type Read } from "./read.ts";

/** Which serial port a machine speaks through: unit n is ttySn, COM(n+1). */
export type SerialProfile = { readonly unit: number; readonly speed: number };

export const DEFAULT_SERIAL: SerialProfile = { unit: 1, speed: 115_200 };
export const VIRTUAL_SERIAL: SerialProfile = { unit: 0, speed: 115_200 };
const SPEEDS = [9600, 19_200, 38_400, 57_600, 115_200];

/** `ttyS1,115200n8` as the kernel's console= takes it (Documentation/admin-guide/serial-console.rst). */
export function readSerialProfile(text: string): Read<SerialProfile> {
  const match = /^ttyS(\d{1,2}),(\d+)(n8)?$/.exec(text);
  if (!match) return flaw(`"${text}" is not a serial profile such as ttyS1,115200n8`);
  const [unit, speed] = [Number(match[1]), Number(match[2])];
  if (!SPEEDS.includes(speed))
    return flaw(`${speed} is not a speed of a serial console: ${SPEEDS.join(", ")}`);
  return ok({ unit, speed });
}

export const serialName = ({ unit, speed }: SerialProfile): string => `ttyS${unit},${speed}n8`;
