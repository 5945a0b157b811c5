import { type ByteWriter, join } from "../../../base/bytes.ts";
import { flaw, ok, type Read } from "../../../base/read.ts";
import { type Codec, ip4, ip4s, raw, text, textWithNul, u8, u16, u16s, u32 } from "../codec.ts";

/**
 * One row gives an option its type, decoder, encoder, log name and round-trip test. Rows are written in this
 * order: the message type first, as ROMs of old expect, the relay's option last (RFC 3046 2.1).
 */
export const OPTIONS = {
  messageType: { code: 53, as: u8, from: "RFC 2132 9.6" },
  serverId: { code: 54, as: ip4, from: "RFC 2132 9.7" },
  subnetMask: { code: 1, as: ip4, from: "RFC 2132 3.3" },
  routers: { code: 3, as: ip4s, from: "RFC 2132 3.5" },
  nameServers: { code: 6, as: ip4s, from: "RFC 2132 3.8" },
  hostName: { code: 12, as: text, from: "RFC 2132 3.14" },
  broadcast: { code: 28, as: ip4, from: "RFC 2132 5.3" },
  vendorOptions: { code: 43, as: raw, from: "RFC 2132 8.4" },
  requestedAddress: { code: 50, as: ip4, from: "RFC 2132 9.1" },
  leaseSeconds: { code: 51, as: u32, from: "RFC 2132 9.2" },
  overload: { code: 52, as: u8, from: "RFC 2132 9.3" },
  askedFor: { code: 55, as: raw, from: "RFC 2132 9.8" },
  message: { code: 56, as: text, from: "RFC 2132 9.9" },
  mostBytes: { code: 57, as: u16, from: "RFC 2132 9.10" },
  renewSeconds: { code: 58, as: u32, from: "RFC 2132 9.11" },
  rebindSeconds: { code: 59, as: u32, from: "RFC 2132 9.12" },
  vendorClass: { code: 60, as: text, from: "RFC 2132 9.13" },
  clientId: { code: 61, as: raw, from: "RFC 2132 9.14" },
  tftpServer: { code: 66, as: textWithNul, from: "RFC 2132 9.4" },
  bootFile: { code: 67, as: textWithNul, from: "RFC 2132 9.5" },
  userClass: { code: 77, as: raw, from: "RFC 3004 4" },
  architectures: { code: 93, as: u16s, from: "RFC 4578 2.1" },
  networkInterface: { code: 94, as: raw, from: "RFC 4578 2.2" },
  machineId: { code: 97, as: raw, from: "RFC 4578 2.3" },
  subnetSelection: { code: 118, as: ip4, from: "RFC 3011 2" },
  ipxe: { code: 175, as: raw, from: "ipxe.org/howto/dhcpd" },
  relayAgent: { code: 82, as: raw, from: "RFC 3046 2.0" },
  // biome-ignore lint/suspicious/noExplicitAny: where a table meets its generic
} as const satisfies Record<string, { code: number; as: Codec<any>; from: string }>;

type Name = keyof typeof OPTIONS;
type ValueOf<C> = C extends Codec<infer T> ? T : never;
export type Options = { readonly [K in Name]?: ValueOf<(typeof OPTIONS)[K]["as"]> };
/** Options by name; what has no row, or a value its row cannot read, stays in `unknown` byte for byte. */
export type OptionsHeard = { readonly known: Options; readonly unknown: ReadonlyMap<number, Uint8Array> };

type Row = { readonly name: string; readonly code: number } & Pick<Codec<unknown>, "read" | "write">;
const ROWS: readonly Row[] = Object.entries(OPTIONS).map(([name, { code, as }]) => ({
  ...{ name, code, read: as.read, write: as.write as Codec<unknown>["write"] },
}));
const BY_CODE = new Map(ROWS.map((row) => [row.code, row]));
const [PAD, END] = [0, 255];
const LONGEST_PART = 255; // RFC 3396 5: longer values are split and joined again by the reader

/** The raw options of one field, which is all that comes from a place on; repeats are joined (RFC 3396 7). */
export function readRawOptions(bytes: Uint8Array, into: Map<number, Uint8Array>, from = 0): Read<undefined> {
  let at = from;
  while (bytes[at] !== END) {
    if (at >= bytes.length) return flaw("the options have no end marker", at);
    const code = bytes[at]!;
    if (code === PAD) {
      at += 1;
      continue;
    }
    const end = at + 2 + (bytes[at + 1] ?? Number.POSITIVE_INFINITY);
    if (end > bytes.length) return flaw(`option ${code} runs past the end`, at);
    const [before, part] = [into.get(code), bytes.subarray(at + 2, end)];
    into.set(code, before === undefined ? part : join([before, part]));
    at = end;
  }
  return ok(undefined);
}

/** Gives the rows their values. One bad value must not lose the packet: it stays among the unknown. */
export function nameOptions(all: ReadonlyMap<number, Uint8Array>): OptionsHeard {
  const unknown = new Map<number, Uint8Array>();
  const known: Record<string, unknown> = {};
  for (const [code, bytes] of all) {
    const row = BY_CODE.get(code);
    const value = row?.read(bytes);
    if (value?.ok) known[row!.name] = value.value;
    else unknown.set(code, bytes);
  }
  return { known: known as Options, unknown };
}

/** Writes all options with the end marker: rows in their order, the unknown by code, the relay's last. */
export function writeOptions(out: ByteWriter, { known, unknown }: OptionsHeard): ByteWriter {
  const { code: relayAgent } = OPTIONS.relayAgent;
  for (const { name, code, write } of ROWS) {
    const value: unknown = known[name as Name];
    if (value !== undefined && code !== relayAgent) put(out, code, write(value));
  }
  if (unknown.size > 0)
    for (const [code, bytes] of [...unknown].sort(([a], [b]) => a - b)) put(out, code, bytes);
  if (known.relayAgent !== undefined) put(out, relayAgent, known.relayAgent);
  return out.number(END, 1);
}

function put(out: ByteWriter, code: number, bytes: Uint8Array): void {
  if (bytes.length <= LONGEST_PART) {
    out.number(code, 1).number(bytes.length, 1).put(bytes);
    return;
  }
  for (let at = 0; at === 0 || at < bytes.length; at += LONGEST_PART) {
    const part = bytes.subarray(at, at + LONGEST_PART);
    out.number(code, 1).number(part.length, 1).put(part);
  }
}
