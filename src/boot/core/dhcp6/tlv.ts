import { ByteReader, ByteWriter } from "../../../base/bytes.ts";
import { ok, type Read } from "../../../base/read.ts";

/** One option as it stands on the wire: a code, a length, a value (RFC 8415 21.1). */
export type Tlv = readonly [code: number, value: Uint8Array];

export function readTlvs(bytes: Uint8Array): Read<Tlv[]> {
  const from = new ByteReader(bytes);
  const found: Tlv[] = [];
  while (from.left > 0) {
    const code = from.number(2, "an option's code");
    if (!code.ok) return code;
    const length = from.number(2, `the length of option ${code.value}`);
    if (!length.ok) return length;
    const value = from.take(length.value, `option ${code.value}`);
    if (!value.ok) return value;
    found.push([code.value, value.value]);
  }
  return ok(found);
}

export function writeTlvs(options: Iterable<Tlv>): Uint8Array {
  const out = new ByteWriter();
  for (const [code, value] of options) out.number(code, 2).number(value.length, 2).put(value);
  return out.done();
}
