import { expect, test } from "vitest";
import { settings } from "../settings/core/settings.ts";
import { toldIpv6 } from "./told-ipv6.ts";

/** `lo` has ::1/128 wherever there is IPv6, and nothing else that is not of this link alone. */
function told(on: string, more: Record<string, unknown>) {
  const [segment] = settings.parse({ segment: [{ name: "a", interface: on, ...more }] }).segment;
  return toldIpv6(segment!);
}

test("a segment without ipv6 has none", () => {
  expect(told("lo", {})).toBeUndefined();
});

test("an interface without an IPv6 address is a fault that says so", () => {
  expect(() => told("none0", { ipv6: "boot" })).toThrow(
    /IPv6 cannot be served on none0: it has no IPv6 address but a link-local one\. .*ip -6 addr add/,
  );
});

test("addresses made of MACs want a /64", () => {
  expect(() => told("lo", { ipv6: "boot" })).toThrow("want a /64, not ::1/128");
});

test("a pool that the interface's subnets do not hold is a fault that names both", () => {
  expect(() => told("lo", { ipv6: "lease", pool6: "2001:db8::1-2001:db8::9" })).toThrow(
    "2001:db8::1-2001:db8::9 is in none of its subnets (::1/128)",
  );
});
