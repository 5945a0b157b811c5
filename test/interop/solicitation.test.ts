import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootNet, isRoot, openBootNet } from "./boot-net.ts";

const able = isRoot;
let net: BootNet;
beforeAll(async () => {
  if (able) net = await openBootNet();
}, 60_000);
afterAll(() => net?.close());

test.skipIf(!able)("Linux's own solicitation is answered, and the answer configures nothing", async () => {
  await net.client(["sysctl", "-qw", "net.ipv6.conf.c0.accept_ra=2"]);
  await net.client(["sh", "-c", "ip link set c0 down; ip link set c0 up"]);

  await net.seen("ra.answered", "told at once that there is none");

  const counted = await net.client(["grep", "Icmp6InRouterAdvertisements", "/proc/net/snmp6"]);
  const routes = await net.client(["ip", "-6", "route", "show", "default"]);
  const addresses = await net.client(["ip", "-6", "-o", "addr", "show", "dev", "c0", "scope", "global"]);
  expect(counted.output).toMatch(/\s[1-9]\d*\n/);
  expect(routes.output + addresses.output).toBe("");
});
