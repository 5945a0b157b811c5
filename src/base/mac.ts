import { flaw, ok, type Read } from "./read.ts";
import { hex } from "./text.ts";

/** A 48-bit MAC address in its one written form: lower case, colons. */
export type Mac = string & { readonly is: "mac" };

/** Takes the forms people paste: `0C:C4:7A:7C:28:40`, `0c-c4-7a-7c-28-40`, `0cc4.7a7c.2840`, `0CC47A7C2840`. */
export function readMac(text: string): Read<Mac> {
  const shape =
    /^([0-9a-f]{2}([:-])[0-9a-f]{2}(\2[0-9a-f]{2}){4}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})$/i;
  if (!shape.test(text)) return flaw(`"${text}" is not a MAC address such as 0c:c4:7a:7c:28:40`);
  const digits = text.toLowerCase().replace(/[^0-9a-f]/g, "");
  return ok(digits.match(/../g)!.join(":") as Mac);
}

/** From the 6 bytes on the wire. */
export function macOf(bytes: Uint8Array): Read<Mac> {
  if (bytes.length !== 6) return flaw(`a MAC address has 6 bytes, not ${bytes.length}`);
  return ok(hex(bytes, ":") as Mac);
}

export function macBytes(mac: Mac): Uint8Array {
  return Uint8Array.from(mac.split(":"), (pair) => Number.parseInt(pair, 16));
}
