import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  firstTrial,
  HTTP,
  IPXE,
  ip,
  PROXY,
  ROM,
  requestOf,
  SEGMENT,
} from "../../../../test/support/dhcp-requests.ts";
import type { EventKind, Observed } from "../../../base/event.ts";
import { must } from "../../../base/read.ts";
import { fromHex } from "../../../base/text.ts";
import { decide } from "../dhcp/decide.ts";
import type { Options } from "../dhcp/options.ts";
import { type Packet, readPacket } from "../dhcp/packet.ts";
import { decideBootServer, decideProxy } from "../dhcp/proxy.ts";
import { MESSAGES, type Request, readBootServerRequest, readRequest } from "../dhcp/request.ts";
import { answerDetail, heardDetail, packetDetail } from "../dhcp/words.ts";
import { diagnose } from "./diagnose.ts";

/** What real firmware sent, and what its events hold. */
const sent = (name: string): Packet =>
  must(readPacket(fromHex(readFileSync(`captures/dhcp/${name}.hex`, "utf8").split("\n\n")[1]!)));
const OVMF = must(readRequest(sent("ovmf-discover")));
const OVMF_TAKES = must(readRequest(sent("ovmf-request")));
const OTHER = ip("10.0.0.2");

const seen = (kind: EventKind, detail: Record<string, unknown>): Observed => ({
  kind,
  at: 0,
  says: "",
  detail,
});
const heard = (request: Request) => seen("dhcp.heard", heardDetail(request));
const trialOf = (request: Request) => firstTrial(request, "proxy");

function offered(request: Request): Observed {
  const outcome = { is: "kept", address: ip("10.0.0.100") } as const;
  const trial = firstTrial(request, "dhcp");
  const facts = { segment: SEGMENT, network: SEGMENT, machine: undefined, outcome, trial };
  const decision = decide(request, facts);
  if (decision.do === "silence")
    return seen("dhcp.silent", { message: "DISCOVER", because: decision.because });
  if (decision.do !== "answer") throw new Error(decision.do);
  return seen("dhcp.answered", answerDetail(decision, request));
}
function offeredByProxy(request: Request): Observed {
  const decision = decideProxy(request, { segment: PROXY, machine: undefined, trial: trialOf(request) });
  if (decision.do !== "answer") throw new Error(decision.do);
  return seen("dhcp.answered", answerDetail(decision, request));
}
function acknowledged(): Observed {
  const ours = {
    ...OVMF_TAKES,
    ask: { is: "select", server: ip("10.0.0.1"), wanted: ip("10.0.0.100") },
  } as const;
  return offered(ours);
}
const overheard = (known: Options, fields: Partial<Packet> = {}): Observed => {
  const options = { known: { messageType: MESSAGES.offer, serverId: OTHER, ...known }, unknown: new Map() };
  return seen(
    "dhcp.other-server",
    packetDetail({ ...OVMF.packet, op: 2, yiaddr: ip("10.0.0.60"), ...fields, options }),
  );
};
const tookOthers = seen("dhcp.other-server", { message: "REQUEST", server: OTHER });

const LOADER = "debian-installer/amd64/bootnetx64.efi";
const tftp = (what: "began" | "ended", file: string, more: Record<string, unknown> = {}) =>
  seen(`tftp.${what}`, { file, bytes: 900_000, blockBytes: 1468, ...more });
const whole = (file: string) => tftp("ended", file, { outcome: "whole" });

const told = (...events: Observed[]) => diagnose(events);

test("nothing is said of a machine that nothing is known of, or whose kernel is loaded", () => {
  expect(told()).toBeUndefined();
  expect(
    told(heard(OVMF), offered(OVMF), whole(LOADER), whole("debian-installer/amd64/initrd.gz")),
  ).toBeUndefined();
});

test("it took the other server's offer and never asked 4011", () => {
  expect(told(heard(OVMF), offeredByProxy(OVMF), tookOthers)).toEqual({
    says:
      "It took the offer of 10.0.0.2 and never asked port 4011 here, nor for a file: its firmware does not join " +
      "two offers. Let that server name ours as the next one, and the file.",
    evidence: [1, 2],
  });
});

test("another server was found on its segment, and it took no offer of ours", () => {
  const fields = { server: "10.0.0.1", yiaddr: "10.0.0.100" };
  const events = [heard(OVMF), seen("dhcp.answered", { message: "OFFER", ...fields })];

  expect(diagnose(events, ["10.0.0.66"])).toEqual({
    says: "Two servers answer: 10.0.0.1 (this one) and 10.0.0.66, found on its segment. It took no offer of ours.",
    evidence: [1],
  });
  expect(diagnose(events)?.says).toContain("took no offer");
});

test("option 60 without 43 sent it to port 4011, where nobody answered", () => {
  const misled = overheard({ vendorClass: "PXEClient", bootFile: "pxelinux.0" }, { siaddr: ip("10.0.0.9") });

  expect(told(heard(OVMF), misled, tookOthers)).toEqual({
    says: "Option 60 without 43 from 10.0.0.2 sent it to port 4011 of 10.0.0.9, where nobody answered.",
    evidence: [1, 2],
  });
});

test("it asked for loaders of an architecture that there are none of", () => {
  const arm32 = requestOf({ ...ROM, architectures: [10] });

  expect(told(heard(arm32), offered(arm32))).toEqual({
    says: "It asked for loaders of architecture 10 (UEFI ARM32), and there is none here.",
    evidence: [0, 1],
  });
});

test("a size probe and then nothing points at fragments", () => {
  const probe = [tftp("began", LOADER), tftp("ended", LOADER, { outcome: "probe" })];

  expect(told(heard(OVMF), offered(OVMF), ...probe)).toEqual({
    says:
      `It asked by TFTP how large ${LOADER} is, was told, and asked for nothing more: small packets arrive, so ` +
      "does something on the way drop fragments or large packets?",
    evidence: [2, 3],
  });
  expect(told(...probe, tftp("began", LOADER), tftp("ended", LOADER, { outcome: "silence" }))?.says).toBe(
    `It began to load ${LOADER} and fell silent: blocks of 1468 bytes, or its answers to them, do not arrive.`,
  );
});

test("HTTPClient needs option 60 echoed", () => {
  const http = requestOf(HTTP);

  expect(told(heard(http), overheard({ bootFile: "http://10.0.0.2/bootx64.efi" }), heard(http))).toEqual({
    says:
      "HTTPClient needs option 60 echoed: 10.0.0.2 offers it a URL without it, and UEFI HTTP Boot passes such an " +
      "offer over.",
    evidence: [1, 2],
  });
});

test("the loader loads, the kernel is never asked for", () => {
  expect(told(heard(OVMF), offered(OVMF), whole(LOADER))).toEqual({
    says: `${LOADER} loads, the kernel is never asked for, nor is a menu.`,
    evidence: [2],
  });
});

test("GRUB that asks for no menu stands at its prompt", () => {
  const grub = "debian-installer/amd64/grubx64.efi";

  expect(told(whole(LOADER), whole(grub))).toEqual({
    says: expect.stringContaining("it stands at its prompt, grub>. Debian 12's GRUB looks for its menu"),
    evidence: [1],
  });
});

test("the loader loads and gets no menu, or has one that waits for a person", () => {
  const menu = "debian-installer/amd64/grub/grub.cfg";
  const refused = seen("tftp.refused", { file: menu, because: "there is no such file" });

  expect(told(whole(LOADER), refused)).toEqual({
    says: `${LOADER} loads, the kernel is never asked for: it got no menu (${menu}: there is no such file).`,
    evidence: [0, 1],
  });
  expect(told(whole(LOADER), whole(menu))).toEqual({
    says: `Its menu, ${menu}, loaded and the kernel was never asked for: the menu waits for a person.`,
    evidence: [0, 1],
  });
  expect(told(seen("http.ended", { file: "menu.ipxe", outcome: "whole" }))?.says).toContain(
    "waits for a person",
  );
});

test("iPXE that UEFI loads and that never asks for an address was refused by Secure Boot", () => {
  const iPxe = heard(requestOf({ ...IPXE, architectures: [7] }));

  expect(told(heard(OVMF), whole("ipxe/snponly.efi"), heard(OVMF))).toEqual({
    says: expect.stringContaining("Secure Boot refuses it"),
    evidence: [1],
  });
  expect(told(heard(OVMF), whole("ipxe/snponly.efi"), iPxe)?.says).not.toContain("Secure Boot");
});

test("two servers answer", () => {
  expect(told(heard(OVMF), offered(OVMF), overheard({}), tookOthers)).toEqual({
    says: "Two servers answer: 10.0.0.1 (this one) and 10.0.0.2. It took the other's offer.",
    evidence: [1, 3],
  });
});

test("it got no answer, and why", () => {
  const because = "no address is left in the pool of lab";
  const silent = seen("dhcp.silent", { message: "DISCOVER", because });

  expect(told(heard(OVMF), silent)).toEqual({ says: `It got no answer because ${because}.`, evidence: [1] });
});

test("it was told on port 4011 and never asked for the file", () => {
  const packet = { ...OVMF_TAKES.packet, ciaddr: ip("10.0.0.60") };
  const asks = must(readBootServerRequest(packet));
  const facts = { segment: PROXY, machine: undefined, trial: trialOf(asks) };
  const decision = decideBootServer(asks, facts, { address: ip("10.0.0.60"), port: 4011 });
  if (decision.do !== "answer") throw new Error(decision.do);
  const answered = seen("dhcp.answered", answerDetail(decision, asks));

  expect(told(heard(OVMF), offeredByProxy(OVMF), tookOthers, heard(asks), answered)).toEqual({
    says:
      `It was told on port 4011 to load ${LOADER} and never asked for it: does a firewall drop what goes to this ` +
      "server?",
    evidence: [3, 4],
  });
});

test("it has its address and asked for no file", () => {
  expect(told(heard(OVMF), offered(OVMF), heard(OVMF_TAKES), acknowledged())).toEqual({
    says:
      `It has 10.0.0.100 and was told to load ${LOADER}, but never asked for it: its firmware did not take this ` +
      "way, or TFTP is dropped.",
    evidence: [3],
  });
});

test("it took no offer, or there is nobody to give it an address", () => {
  expect(told(heard(OVMF), offered(OVMF), heard(OVMF), offered(OVMF))).toEqual({
    says: "It was offered 10.0.0.100 and took no offer: do our answers reach it?",
    evidence: [3],
  });
  expect(told(heard(OVMF), offeredByProxy(OVMF))?.says).toContain(
    "no other server is seen to give it an address",
  );
});

test("the kernel was broken off, or the loader refused", () => {
  const linux = "debian-installer/amd64/linux";
  const refused = seen("tftp.refused", { file: LOADER, because: "there is no such file" });

  expect(told(whole(LOADER), seen("http.ended", { file: linux, outcome: "broken off" }))?.says).toBe(
    `It asked for ${linux} and did not get it: broken off.`,
  );
  expect(told(heard(OVMF), refused)?.says).toBe(
    `It asked for its loader, ${LOADER}, and did not get it: there is no such file.`,
  );
});

test("what came before its last kernel counts no more", () => {
  const boot = [
    heard(OVMF),
    offeredByProxy(OVMF),
    tookOthers,
    whole(LOADER),
    whole("linux"),
    whole("initrd.gz"),
  ];

  expect(told(...boot)).toBeUndefined();
  expect(told(...boot, heard(OVMF), offeredByProxy(OVMF), tookOthers)?.evidence).toEqual([7, 8]);
});

test("by DHCPv6: told what to load and never asked, took another's offer, or took none", () => {
  const bootFile = `tftp://[2001:db8::1]/${LOADER}`;
  const solicit = seen("dhcp.heard", { message: "DHCPv6 SOLICIT", asker: "rom" });
  const offered6 = seen("dhcp.answered", { message: "DHCPv6 ADVERTISE", bootFile });
  const replied = seen("dhcp.answered", { message: "DHCPv6 REPLY", bootFile });
  const took = seen("dhcp.other-server", { message: "DHCPv6 REQUEST", server: "DUID 00030001" });

  expect(told(solicit, offered6, replied)?.says).toContain(
    `told by DHCPv6 to load ${bootFile}, but never asked`,
  );
  expect(told(solicit, offered6, took)).toMatchObject({
    says: expect.stringContaining("it took the other's offer (DUID 00030001)"),
    evidence: [1, 2],
  });
  expect(told(solicit, offered6)?.says).toContain("took no offer");
});
