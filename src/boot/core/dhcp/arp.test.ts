import { expect, test } from "vitest";
import type { Ipv4 } from "../../../base/ipv4.ts";
import type { Mac } from "../../../base/mac.ts";
import { fromHex, hex } from "../../../base/text.ts";
import { arpProbe, readArp } from "./arp.ts";

const PROBE = "0001080006040001525400000001000000000000000000000a000064";
const ANSWER = "00010800060400025254000000020a0000645254000000010a000001";

test("a probe names nobody as the address's owner", () => {
  const bytes = arpProbe("52:54:00:00:00:01" as Mac, "10.0.0.100" as Ipv4);

  expect(hex(bytes)).toBe(PROBE);
  expect(readArp(bytes)).toEqual({ ok: true, value: { mac: "52:54:00:00:00:01", address: "0.0.0.0" } });
});

test("an answer tells whose the address is, padded as Ethernet does or not", () => {
  const told = { ok: true, value: { mac: "52:54:00:00:00:02", address: "10.0.0.100" } };

  expect(readArp(fromHex(ANSWER))).toEqual(told);
  expect(readArp(fromHex(ANSWER + "00".repeat(18)))).toEqual(told);
});

test("what is cut short or of another kind is told so", () => {
  for (let length = 0; length < ANSWER.length / 2; length += 1)
    expect(readArp(fromHex(ANSWER).subarray(0, length)).ok).toBe(false);
  expect(readArp(fromHex(ANSWER.replace(/^0001/, "0006"))).ok).toBe(false);
});
