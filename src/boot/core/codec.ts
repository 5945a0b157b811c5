import { bigEndian, bigEndianBytes, join } from "../../base/bytes.ts";
import { type Ipv4, ipv4Bytes, ipv4Of } from "../../base/ipv4.ts";
import { type Ipv6, ipv6Bytes, ipv6Of } from "../../base/ipv6.ts";
import { flaw, must, ok, type Read } from "../../base/read.ts";
import { fromLatin1, latin1 } from "../../base/text.ts";

/** One wire fact in both directions: strangers' bytes may be flawed, our own values never are. */
export type Codec<T> = {
  readonly read: (bytes: Uint8Array) => Read<T>;
  readonly write: (value: T) => Uint8Array;
  readonly samples: readonly T[]; // the round-trip test runs these
};

const number = (width: 1 | 2 | 4, samples: readonly number[]): Codec<number> => ({
  read: (bytes) =>
    bytes.length === width ? ok(bigEndian(bytes)) : flaw(`wants ${width} bytes, has ${bytes.length}`),
  write: (value) => bigEndianBytes(value, width),
  samples,
});

export const u8 = number(1, [0, 1, 255]);
export const u16 = number(2, [0, 576, 0xffff]);
export const u32 = number(4, [0, 86_400, 0xffff_ffff]);

export const u16s: Codec<readonly number[]> = {
  read: (bytes) => {
    if (bytes.length === 0 || bytes.length % 2 === 1) return flaw(`wants pairs, has ${bytes.length} bytes`);
    return ok(pieces(bytes, 2).map(bigEndian));
  },
  write: (values) => join(values.map((value) => bigEndianBytes(value, 2))),
  samples: [[0], [7, 9]],
};

const [ROUTER, FILER] = ["10.0.0.1" as Ipv4, "192.168.255.254" as Ipv4];

export const ip4: Codec<Ipv4> = { read: ipv4Of, write: ipv4Bytes, samples: [ROUTER, FILER] };

export const ip4s: Codec<readonly Ipv4[]> = {
  read: (bytes) => {
    if (bytes.length === 0 || bytes.length % 4 !== 0) return flaw(`wants 4 bytes each, has ${bytes.length}`);
    return ok(pieces(bytes, 4).map((piece) => piece.join(".") as Ipv4));
  },
  write: (values) => join(values.map(ipv4Bytes)),
  samples: [[ROUTER], [FILER, ROUTER]],
};

export const ip6: Codec<Ipv6> = {
  read: ipv6Of,
  write: ipv6Bytes,
  samples: ["::" as Ipv6, "fe80::1" as Ipv6],
};

export const ip6s: Codec<readonly Ipv6[]> = {
  read: (bytes) => {
    if (bytes.length === 0 || bytes.length % 16 !== 0)
      return flaw(`wants 16 bytes each, has ${bytes.length}`);
    return ok(pieces(bytes, 16).map((piece) => must(ipv6Of(piece))));
  },
  write: (values) => join(values.map(ipv6Bytes)),
  samples: [["2001:db8::1" as Ipv6], ["fe80::1" as Ipv6, "2001:db8::53" as Ipv6]],
};

/** RFC 2132 2: a receiver must be ready for trailing NULs and must drop them. */
export const text: Codec<string> = {
  read: (bytes) => ok(latin1(bytes).replace(/\0+$/, "")),
  write: fromLatin1,
  samples: ["", "PXEClient:Arch:00000:UNDI:002001"],
};

/**
 * Written with a NUL: EDK2 writes one over the next option's tag otherwise, and old ROMs read past the end.
 */
export const textWithNul: Codec<string> = {
  read: text.read,
  write: (value) => fromLatin1(`${value}\0`),
  samples: ["pxelinux.0", "http://10.0.0.1/menu.ipxe"],
};

/** Kept as it came. */
export const raw: Codec<Uint8Array> = {
  read: ok,
  write: (value) => value,
  samples: [new Uint8Array(), Uint8Array.of(6, 1, 8, 255), new Uint8Array(300).fill(7)],
};

function pieces(bytes: Uint8Array, width: number): Uint8Array[] {
  return Array.from({ length: bytes.length / width }, (_, i) => bytes.subarray(i * width, (i + 1) * width));
}
