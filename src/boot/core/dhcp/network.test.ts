import { expect, test } from "vitest";
import { firstTrial, ip, ROM, requestOf, SEGMENT } from "../../../../test/support/dhcp-requests.ts";
import { decide } from "./decide.ts";
import { networkFor, relayWords } from "./network.ts";
import { MESSAGES } from "./request.ts";

const far = {
  subnet: { address: ip("10.8.0.0"), prefix: 24 },
  pool: { from: ip("10.8.0.50"), to: ip("10.8.0.99") },
  routers: [ip("10.8.0.254")],
};
const segment = { ...SEGMENT, relayed: [far] };
const link = (address: number[]) => Uint8Array.of(1, 2, 0, 7, 5, 4, ...address);

const chosen = (...asked: Parameters<typeof requestOf>) => networkFor(segment, requestOf(...asked).packet);

test("without a relay it is our own subnet", () => {
  expect(chosen(ROM)).toBe(segment);
});

test("the relay's address tells the subnet", () => {
  expect(chosen(ROM, { giaddr: ip("10.8.0.254") })).toBe(far);
});

test("link selection in option 82 goes before the relay's address (RFC 3527)", () => {
  expect(chosen({ ...ROM, relayAgent: link([10, 8, 0, 0]) }, { giaddr: ip("10.0.0.9") })).toBe(far);
});

test("option 118 selects a subnet (RFC 3011), and link selection goes before it", () => {
  const subnetSelection = ip("10.8.0.0");

  expect(chosen({ ...ROM, subnetSelection })).toBe(far);
  expect(chosen({ ...ROM, subnetSelection, relayAgent: link([10, 0, 0, 0]) })).toBe(segment);
});

test("who renews from a subnet behind a relay asks us directly, and is known by its address", () => {
  expect(chosen({ messageType: MESSAGES.request }, { ciaddr: ip("10.8.0.50") })).toBe(far);
});

test("a link that is in no subnet of ours is a reason for silence", () => {
  expect(chosen(ROM, { giaddr: ip("10.0.7.9") })).toMatchObject({
    because: expect.stringContaining("10.0.7.9"),
  });
});

test("the relay's option is read as far as it is well formed", () => {
  expect(relayWords(Uint8Array.of(1, 2, 0, 7, 5, 4, 10, 8, 0, 0, 11, 4, 10, 8, 0, 254))).toEqual({
    link: "10.8.0.0",
    serverId: "10.8.0.254",
  });
  for (const bytes of [[], [5], [5, 4, 10, 8], [5, 3, 1, 2, 3], [9, 200, 1]])
    expect(relayWords(Uint8Array.from(bytes))).toEqual({});
});

test("behind a relay the client gets its own subnet's mask and router, and knows us by the relay's name", () => {
  const relayAgent = Uint8Array.of(11, 4, 10, 8, 0, 254);
  const request = requestOf({ ...ROM, relayAgent }, { giaddr: ip("10.8.0.254") });

  const decision = decide(request, {
    ...{ segment, network: far, machine: undefined, trial: firstTrial(request, "dhcp") },
    outcome: { is: "kept", address: ip("10.8.0.50") },
  });

  expect(decision).toMatchObject({ do: "answer", to: { address: "10.8.0.254", port: 67 } });
  expect(decision.do === "answer" && decision.reply.options.known).toMatchObject({
    ...{ serverId: "10.8.0.254", subnetMask: "255.255.255.0", broadcast: "10.8.0.255" },
    ...{ routers: ["10.8.0.254"], tftpServer: "10.0.0.1", relayAgent },
  });
});

test("a client that chose us by the relay's name is acknowledged", () => {
  const known = {
    messageType: MESSAGES.request,
    requestedAddress: ip("10.8.0.50"),
    serverId: ip("10.8.0.254"),
  };
  const request = requestOf({ ...known, relayAgent: Uint8Array.of(11, 4, 10, 8, 0, 254) });

  const decision = decide(request, {
    ...{ segment, network: far, machine: undefined, trial: undefined },
    outcome: { is: "kept", address: ip("10.8.0.50") },
  });

  expect(decision.do).toBe("answer");
});
