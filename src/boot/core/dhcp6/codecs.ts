import { ByteReader, bigEndian, bigEndianBytes, join } from "../../../base/bytes.ts";
import { type Ipv6, ipv6Bytes, ipv6Of } from "../../../base/ipv6.ts";
import { flaw, must, ok, type Read } from "../../../base/read.ts";
import { fromLatin1, latin1 } from "../../../base/text.ts";
import type { Codec } from "../codec.ts";
import { readTlvs, type Tlv, writeTlvs } from "./tlv.ts";

export const STATUS = { success: 0, noAddresses: 2, noBinding: 3, notOnLink: 4 } as const;
export type Status = { readonly code: number; readonly says: string };

/** RFC 8415 21.13 */
export const status: Codec<Status> = {
  read: (bytes) => {
    if (bytes.length < 2) return flaw(`a status wants 2 bytes, has ${bytes.length}`);
    return ok({ code: bigEndian(bytes.subarray(0, 2)), says: latin1(bytes.subarray(2)) });
  },
  write: ({ code, says }) => join([bigEndianBytes(code, 2), fromLatin1(says)]),
  samples: [
    { code: 0, says: "" },
    { code: 2, says: "no address is left" },
  ],
};

export type LentAddress = {
  readonly address: Ipv6;
  readonly preferredSeconds: number;
  readonly validSeconds: number;
};
/** An identity association for addresses: what one client interface holds or wants (RFC 8415 21.4). */
export type Ia = {
  readonly iaid: number;
  readonly renewSeconds: number;
  readonly rebindSeconds: number;
  readonly addresses: readonly LentAddress[];
  readonly status?: Status;
};

const [ADDRESS, STATUS_CODE] = [5, 13];
const LENT = { address: "2001:db8::7" as Ipv6, preferredSeconds: 3600, validSeconds: 7200 };

export const ia: Codec<Ia> = {
  read: (bytes) => {
    if (bytes.length < 12) return flaw(`an IA wants 12 bytes, has ${bytes.length}`);
    const [iaid, renewSeconds, rebindSeconds] = [0, 4, 8].map((at) => bigEndian(bytes.subarray(at, at + 4)));
    const inner = readTlvs(bytes.subarray(12));
    if (!inner.ok) return inner;
    const addresses = inner.value.filter(([code]) => code === ADDRESS).map(([, value]) => readLent(value));
    const flawed = addresses.find((read) => !read.ok);
    if (flawed) return flawed;
    const [said] = inner.value.filter(([code]) => code === STATUS_CODE).map(([, v]) => status.read(v));
    return ok({
      ...{ iaid: iaid!, renewSeconds: renewSeconds!, rebindSeconds: rebindSeconds! },
      addresses: addresses.map(must),
      ...(said?.ok ? { status: said.value } : {}),
    });
  },
  write: (value) => {
    const { iaid, renewSeconds, rebindSeconds, addresses } = value;
    const inner: Tlv[] = addresses.map((lent) => [ADDRESS, writeLent(lent)]);
    if (value.status) inner.push([STATUS_CODE, status.write(value.status)]);
    const head = [iaid, renewSeconds, rebindSeconds].map((number) => bigEndianBytes(number, 4));
    return join([...head, writeTlvs(inner)]);
  },
  samples: [
    { iaid: 1, renewSeconds: 0, rebindSeconds: 0xffff_ffff, addresses: [] },
    { iaid: 0xffff_ffff, renewSeconds: 1800, rebindSeconds: 2880, addresses: [LENT] },
    { iaid: 7, renewSeconds: 0, rebindSeconds: 0, addresses: [], status: { code: 2, says: "none" } },
  ],
};

/** RFC 8415 21.6; what options an address holds within is nothing to a server. */
function readLent(bytes: Uint8Array): Read<LentAddress> {
  if (bytes.length < 24) return flaw(`an IA address wants 24 bytes, has ${bytes.length}`);
  const address = must(ipv6Of(bytes.subarray(0, 16)));
  const [preferredSeconds, validSeconds] = [16, 20].map((at) => bigEndian(bytes.subarray(at, at + 4)));
  return ok({ address, preferredSeconds: preferredSeconds!, validSeconds: validSeconds! });
}

const writeLent = ({ address, preferredSeconds, validSeconds }: LentAddress): Uint8Array =>
  join([ipv6Bytes(address), bigEndianBytes(preferredSeconds, 4), bigEndianBytes(validSeconds, 4)]);

/** Pieces of text, each with its length in two bytes before it (RFC 8415 21.15, RFC 5970 3.2). */
export const texts: Codec<readonly string[]> = {
  read: (bytes) => {
    const from = new ByteReader(bytes);
    const found: string[] = [];
    while (from.left > 0) {
      const length = from.number(2, "a length");
      const piece = length.ok ? from.take(length.value, "its text") : length;
      if (!piece.ok) return piece;
      found.push(latin1(piece.value));
    }
    return ok(found);
  },
  write: (values) => join(values.flatMap((value) => [bigEndianBytes(value.length, 2), fromLatin1(value)])),
  samples: [[], ["iPXE"], ["root=/dev/ram0", ""]],
};

export type VendorClass = { readonly enterprise: number; readonly classes: readonly string[] };
export const INTEL = 343; // whose PXE it is (RFC 5970 3.3 leaves class identifiers to option 16)

/** RFC 8415 21.16 */
export const vendorClass: Codec<VendorClass> = {
  read: (bytes) => {
    if (bytes.length < 4) return flaw(`a vendor class wants 4 bytes, has ${bytes.length}`);
    const classes = texts.read(bytes.subarray(4));
    return classes.ok ? ok({ enterprise: bigEndian(bytes.subarray(0, 4)), classes: classes.value }) : classes;
  },
  write: ({ enterprise, classes }) => join([bigEndianBytes(enterprise, 4), texts.write(classes)]),
  samples: [{ enterprise: INTEL, classes: ["HTTPClient"] }],
};

/** Present or not (RFC 8415 21.14). */
export const nothing: Codec<true> = {
  read: (bytes) => (bytes.length === 0 ? ok(true) : flaw(`wants no bytes, has ${bytes.length}`)),
  write: () => new Uint8Array(),
  samples: [true],
};
