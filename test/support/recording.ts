import { fromHex, hex } from "../../src/base/text.ts";

/**
 * A boot as packets: all that came to the service's card, and its own search for other DHCP servers. The head is
 * that of every capture, `from:` and `expect:`; a line of the body is a time in milliseconds, from where, to where
 * and what UDP, ARP or TCP carried. TCP is that of HTTP, the client's words alone.
 */
export type Recording = {
  readonly from: string;
  readonly expect: string;
  readonly settings: readonly string[]; // lines of the segment in rackhand.toml
  readonly loader: "auto" | "ipxe"; // what the machine is on record with
  readonly files: ReadonlyMap<string, number>; // what was there of what it asked for, in bytes
  readonly untilMs: number; // when it was judged
  readonly packets: readonly Packet[];
};
export type Packet = {
  readonly at: number;
  readonly by: "udp" | "tcp" | "arp"; // which has no ports
  readonly from: End;
  readonly to: End;
  readonly bytes: Uint8Array;
};
export type End = { readonly address: string; readonly port: number };

/** Where it was recorded: `test/support/two-spaces.ts` and `test/firmware/serving.ts`. */
export const PLACE = {
  ours: "10.9.0.1",
  ours6: "2001:db8:9::1",
  prefix: 24,
  prefix6: 64,
  card: "s0",
  cardMac: "02:00:00:09:00:01",
  machine: "m1",
  mac: "52:54:00:aa:bb:01",
  mtuBytes: 1500,
} as const;

export function readRecording(text: string): Recording {
  const [head = "", body = ""] = text.split("\n\n");
  const all = (field: string) =>
    [...head.matchAll(new RegExp(`^${field}: ?(.*)$`, "gm"))].map(([, value]) => value!);
  const files = all("file").map((line) => {
    const [bytes, path] = line.split(" ") as [string, string];
    return [path, Number(bytes)] as const;
  });
  return {
    ...{ from: all("from").join(), expect: all("expect").join(), settings: all("settings") },
    ...{ loader: all("loader").includes("ipxe") ? "ipxe" : "auto", files: new Map(files) },
    untilMs: Number(all("until")),
    packets: body.trim().split("\n").map(packetIn),
  };
}

export function writeRecording({ settings, loader, files, packets, untilMs, ...said }: Recording): string {
  const head = [
    ...[
      `from: ${said.from}`,
      `expect: ${said.expect}`,
      ...settings.map((line) => `settings: ${line}`.trimEnd()),
    ],
    ...(loader === "auto" ? [] : [`loader: ${loader}`]),
    ...[...files].map(([path, bytes]) => `file: ${bytes} ${path}`),
    `until: ${untilMs}`,
  ];
  const lines = packets.map(
    ({ at, by, from, to, bytes }) => `${at} ${by} ${endWords(from)} > ${endWords(to)} ${hex(bytes)}`,
  );
  return `${head.join("\n")}\n\n${lines.join("\n")}\n`;
}

function packetIn(line: string): Packet {
  const [at, by, from, , to, bytes] = line.split(" ") as [
    string,
    Packet["by"],
    string,
    string,
    string,
    string,
  ];
  return { at: Number(at), by, from: endIn(from), to: endIn(to), bytes: fromHex(bytes) };
}

const endWords = ({ address, port }: End): string => `${address}.${port}`;

function endIn(text: string): End {
  const dot = text.lastIndexOf(".");
  return { address: text.slice(0, dot), port: Number(text.slice(dot + 1)) };
}
