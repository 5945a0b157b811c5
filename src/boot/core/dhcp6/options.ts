import type { Read } from "../../../base/read.ts";
import { type Codec, ip6s, raw, text, u8, u16, u16s } from "../codec.ts";
import { ia, nothing, status, texts, vendorClass } from "./codecs.ts";
import { type Tlv, writeTlvs } from "./tlv.ts";

/**
 * One row gives an option its type, decoder, encoder, log name and round-trip test. `many`: it may come more
 * than once, and each is a value. Rows are written in this order.
 */
export const OPTIONS6 = {
  clientId: { code: 1, as: raw, from: "RFC 8415 21.2" },
  serverId: { code: 2, as: raw, from: "RFC 8415 21.3" },
  ias: { code: 3, as: ia, many: true, from: "RFC 8415 21.4" },
  askedFor: { code: 6, as: u16s, from: "RFC 8415 21.7" },
  preference: { code: 7, as: u8, from: "RFC 8415 21.8" },
  elapsed: { code: 8, as: u16, from: "RFC 8415 21.9" },
  status: { code: 13, as: status, from: "RFC 8415 21.13" },
  rapidCommit: { code: 14, as: nothing, from: "RFC 8415 21.14" },
  userClass: { code: 15, as: texts, from: "RFC 8415 21.15" },
  vendorClasses: { code: 16, as: vendorClass, many: true, from: "RFC 8415 21.16" },
  interfaceId: { code: 18, as: raw, from: "RFC 8415 21.18" },
  nameServers: { code: 23, as: ip6s, from: "RFC 3646 3" },
  bootFileUrl: { code: 59, as: text, from: "RFC 5970 3.1" },
  bootFileParams: { code: 60, as: texts, from: "RFC 5970 3.2" },
  architectures: { code: 61, as: u16s, from: "RFC 5970 3.3" },
  networkInterface: { code: 62, as: raw, from: "RFC 5970 3.4" },
  linkLayerAddress: { code: 79, as: raw, from: "RFC 6939 4" },
  relayMessage: { code: 9, as: raw, from: "RFC 8415 21.10" },
} as const satisfies Record<string, Row>;

// biome-ignore lint/suspicious/noExplicitAny: where a table meets its generic
type Row = { code: number; as: Codec<any>; many?: true; from: string };
type One<R> = R extends { as: Codec<infer T> } ? T : never;
type ValueOf<R> = R extends { many: true } ? readonly One<R>[] : One<R>;
type Table = typeof OPTIONS6;
export type Options6 = { readonly [K in keyof Table]?: ValueOf<Table[K]> };
/** Options by name; what has no row, or a value its row cannot read, stays in `unknown` byte for byte. */
export type OptionsHeard6 = { readonly known: Options6; readonly unknown: readonly Tlv[] };

const BY_CODE = new Map<number, [name: string, row: Row]>(
  Object.entries<Row>(OPTIONS6).map(([name, row]) => [row.code, [name, row]]),
);

/** Gives the rows their values. One bad value must not lose the packet: it stays among the unknown. */
export function nameOptions6(all: readonly Tlv[]): OptionsHeard6 {
  const known: Record<string, unknown> = {};
  const unknown: Tlv[] = [];
  for (const option of all) {
    const [name, row] = BY_CODE.get(option[0]) ?? [];
    const value: Read<unknown> | undefined = row?.as.read(option[1]);
    if (name === undefined || !value?.ok) unknown.push(option);
    else if (row?.many) known[name] = [...((known[name] as unknown[]) ?? []), value.value];
    else if (name in known)
      unknown.push(option); // once at most (RFC 8415 21.1): the first counts
    else known[name] = value.value;
  }
  return { known: known as Options6, unknown };
}

export function writeOptions6(known: Options6): Uint8Array {
  const given: Readonly<Record<string, unknown>> = known;
  return writeTlvs(
    Object.entries<Row>(OPTIONS6).flatMap(([name, { code, as, many }]): Tlv[] => {
      const value = given[name];
      if (value === undefined) return [];
      return (many ? (value as unknown[]) : [value]).map((one) => [code, as.write(one)]);
    }),
  );
}
