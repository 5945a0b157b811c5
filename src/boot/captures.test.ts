import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Ipv4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import { fromHex, latin1 } from "../base/text.ts";
import { askerWords } from "./core/dhcp/client.ts";
import { decide, type Outcome } from "./core/dhcp/decide.ts";
import { readPacket, writePacket } from "./core/dhcp/packet.ts";
import { messageName, type Request, readRequest } from "./core/dhcp/request.ts";
import type { Segment } from "./core/segment.ts";
import { readTftp } from "./core/tftp/packet.ts";
import { agree, largestBlock } from "./core/tftp/terms.ts";

const ip = (text: string) => text as Ipv4;
const segment: Segment = {
  name: "lab",
  interface: "br0",
  subnet: { address: ip("10.9.0.1"), prefix: 24 },
  pool: { from: ip("10.9.0.100"), to: ip("10.9.0.150") },
  answerSolicitations: true,
  leaseSeconds: 3600,
};

/**
 * The whole packet in hex under a header: `from:` says what sent it, `expect:` how it is read and answered.
 */
function capture(path: string): { expected: string; bytes: Uint8Array } {
  const [head = "", body = ""] = readFileSync(path, "utf8").split("\n\n");
  expect(head).toMatch(/^from: .+/);
  const expected = [...head.matchAll(/^expect: (.+)$/gm)].map(([, line]) => line).join("\n");
  return { expected, bytes: fromHex(body) };
}

function dhcpReading(bytes: Uint8Array): string {
  const request = must(readRequest(must(readPacket(bytes))));
  const { known, unknown } = request.packet.options;
  const unread = unknown.size > 0 ? `, unknown ${[...unknown.keys()].join(" ")}` : "";
  return [
    `${messageName(request.type)} (${request.ask.is}) of ${askerWords(request.asker)}${unread}`,
    answerReading(request, { is: "kept", address: ip("10.9.0.100") }),
    `architectures ${known.architectures?.join(" ") ?? "-"}, at most ${known.mostBytes ?? "-"} bytes`,
  ].join("\n");
}

function answerReading(request: Request, outcome: Outcome): string {
  const decision = decide(request, { segment, machine: undefined, outcome });
  if (decision.do !== "answer") return decision.do;
  const { known } = must(readPacket(writePacket(decision.reply))).options;
  const { messageType = 0, ...others } = known;
  const to = `${decision.to.address}:${decision.to.port}`;
  const loads = decision.reply.file.length > 0 ? `, loads ${latin1(decision.reply.file)}` : "";
  return `${messageName(messageType)} to ${to}${loads}, with ${Object.keys(others).join(" ")}`;
}

function tftpReading(bytes: Uint8Array): string {
  const packet = must(readTftp(bytes));
  if (packet.is !== "read") return packet.is;
  const words = (options: ReadonlyMap<string, string>) =>
    [...options].map(([name, value]) => `${name}=${value}`).join(" ");
  const { terms, answer } = agree(packet.options, 1_000_000, { mostBlockBytes: largestBlock(1500) });
  return [
    `read ${packet.file} in ${packet.mode} mode, asks ${words(packet.options)}`,
    `OACK ${words(answer)}: ${terms.blockBytes} bytes a block, window ${terms.window}`,
  ].join("\n");
}

for (const [folder, reading] of [
  ["captures/dhcp", dhcpReading],
  ["captures/tftp", tftpReading],
] as const) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".hex"));

  test(`${folder} has captures`, () => {
    expect(files.length).toBeGreaterThan(3);
  });
  test.each(files)(`${folder}/%s is read and answered as expected`, (name) => {
    const { expected, bytes } = capture(`${folder}/${name}`);

    const read = reading(bytes);

    expect(read).toBe(expected);
  });
}
