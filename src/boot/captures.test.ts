import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { firstTrial, ip, PROXY, SEGMENT } from "../../test/support/dhcp-requests.ts";
import { ANY4 } from "../base/ipv4.ts";
import { readIpv6, type Subnet6 } from "../base/ipv6.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { fromHex, latin1 } from "../base/text.ts";
import { askerWords } from "./core/dhcp/client.ts";
import { type Decision, decide, type Outcome } from "./core/dhcp/decide.ts";
import { readPacket, writePacket } from "./core/dhcp/packet.ts";
import { decideBootServer, decideProxy } from "./core/dhcp/proxy.ts";
import { messageName, type Request, readBootServerRequest, readRequest } from "./core/dhcp/request.ts";
import { decide6, outcomeByMac, refused6 } from "./core/dhcp6/decide.ts";
import { duidOf } from "./core/dhcp6/duid.ts";
import type { Outcome6 } from "./core/dhcp6/facts.ts";
import { messageName6, readDatagram6, writeReply6 } from "./core/dhcp6/message.ts";
import { type Request6, readRequest6 } from "./core/dhcp6/request.ts";
import { answerWords6 } from "./core/dhcp6/words.ts";
import type { Ipv6Service, ProxySegment, Segment } from "./core/segment.ts";
import { readTftp } from "./core/tftp/packet.ts";
import { agree, largestBlock } from "./core/tftp/terms.ts";

const segment: Segment = { ...SEGMENT, subnet: { address: ip("10.9.0.1"), prefix: 24 } };
const proxy: ProxySegment = { ...PROXY, subnet: segment.subnet };
const KEPT: Outcome = { is: "kept", address: ip("10.9.0.100") };

/**
 * The whole packet in hex under a header: `from:` says what sent it, `source:` from which address
 * where that matters, `expect:` how it is read and answered.
 */
function capture(path: string): { expected: string; bytes: Uint8Array; source: string | undefined } {
  const [head = "", body = ""] = readFileSync(path, "utf8").split("\n\n");
  expect(head).toMatch(/^from: .+/);
  const expected = [...head.matchAll(/^expect: (.+)$/gm)].map(([, line]) => line).join("\n");
  return { expected, bytes: fromHex(body), source: /^source: (.+)$/m.exec(head)?.[1] };
}

function dhcpReading(bytes: Uint8Array): string {
  const packet = must(readPacket(bytes));
  const known = packet.options.known;
  const request = packet.ciaddr === ANY4 ? must(readRequest(packet)) : must(readBootServerRequest(packet));
  const { unknown } = packet.options;
  const unread = unknown.size > 0 ? `, unknown ${[...unknown.keys()].join(" ")}` : "";
  return [
    `${messageName(request.type)} (${request.ask.is}) of ${askerWords(request.asker)}${unread}`,
    ...answersTo(request),
    `architectures ${known.architectures?.join(" ") ?? "-"}, at most ${known.mostBytes ?? "-"} bytes`,
  ].join("\n");
}

const FROM = { address: ip("10.9.0.50"), port: 4011 };

function answersTo(request: Request): string[] {
  const facts = (mode: "dhcp" | "proxy") => ({ machine: undefined, trial: firstTrial(request, mode) });
  const beside = { segment: proxy, ...facts("proxy") };
  if (request.ask.is === "boot-server")
    return [`on 4011: ${reading(decideBootServer(request, beside, FROM))}`];
  const alone = decide(request, { segment, network: segment, outcome: KEPT, ...facts("dhcp") });
  return [reading(alone), `beside another server: ${reading(decideProxy(request, beside))}`];
}

function reading(decision: Decision): string {
  if (decision.do !== "answer") return decision.do;
  const { known } = must(readPacket(writePacket(decision.reply))).options;
  const { messageType = 0, ...others } = known;
  const to = `${decision.to.address}:${decision.to.port}`;
  const file = decision.reply.file.length > 0 ? latin1(decision.reply.file) : known.bootFile;
  const loads = file === undefined ? "" : `, loads ${file}`;
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

const SUBNET6: Subnet6 = { address: must(readIpv6("2001:db8:9::1")), prefix: 64 };
const OURS6 = must(readMac("b6:6e:d5:05:29:0d")); // the server's card in the recordings

function dhcp6Reading(bytes: Uint8Array, source = "fe80::1"): string {
  const request = must(readRequest6(must(readDatagram6(bytes)), must(readIpv6(source))));
  const { message, ask, asker, assumed, mac } = request;
  const { known, unknown } = message.options;
  const guess = assumed ? " (assumed)" : "";
  const unread = unknown.length > 0 ? `, unknown ${unknown.map(([code]) => code).join(" ")}` : "";
  return [
    `${ask} of ${askerWords(asker)}${guess}, ${mac}, asks for ${known.askedFor?.join(" ") ?? "-"}${unread}`,
    `boot: ${reading6(request, "boot")}`,
    `lease: ${reading6(request, "lease")}`,
  ].join("\n");
}

function reading6(request: Request6, mode: "boot" | "lease"): string {
  const [duid, network] = [duidOf(OURS6), { subnet: SUBNET6 }];
  const service: Ipv6Service = { mode, ...network, leaseSeconds: 600 };
  const given: Outcome6 = { is: "kept", address: must(readIpv6("2001:db8:9::100")) };
  const noted: Outcome6 = { is: "noted", own: true };
  const outcome =
    mode === "boot" ? outcomeByMac(request, network) : request.ask === "release" ? noted : given;
  const facts = { service, network, duid, loader: "auto", outcome } as const;
  const decision = refused6(request, service, duid) ?? decide6(request, facts);
  if (decision.do !== "answer") return decision.do;
  const { known } = must(readDatagram6(writeReply6(decision, []))).message.options;
  return `${messageName6(decision.type)}, ${answerWords6("it", decision)} With ${Object.keys(known).join(" ")}`;
}

for (const [folder, reading] of [
  ["captures/dhcp", dhcpReading],
  ["captures/dhcp6", dhcp6Reading],
  ["captures/tftp", tftpReading],
] as const) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".hex"));

  test(`${folder} has captures`, () => {
    expect(files.length).toBeGreaterThan(3);
  });
  test.each(files)(`${folder}/%s is read and answered as expected`, (name) => {
    const { expected, bytes, source } = capture(`${folder}/${name}`);

    const read = reading(bytes, source);

    expect(read).toBe(expected);
  });
}
