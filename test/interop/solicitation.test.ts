import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootNet, isRoot, openBootNet } from "./boot-net.ts";
import { layRouter6, RADVD } from "./router6.ts";

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

  const counted = async () =>
    (await net.client(["grep", "Icmp6InRouterAdvertisements", "/proc/net/snmp6"])).output;
  await expect.poll(counted, { timeout: 20_000 }).toMatch(/\s[1-9]\d*\n/);
  const routes = await net.client(["ip", "-6", "route", "show", "default"]);
  const addresses = await net.client(["ip", "-6", "-o", "addr", "show", "dev", "c0", "scope", "global"]);
  expect(routes.output + addresses.output).toBe("");
});

const router = able && existsSync(RADVD);
test.skipIf(!router)(
  `where a router is, solicitations are left to it${router ? "" : " (skipped: needs root and radvd)"}`,
  async () => {
    const holder = await net.stays("client", ["unshare", "--net", "sh", "-c", "echo up; exec cat"], "up");
    const far = ["nsenter", "-t", String(holder.pid), "-n"];
    const laid = await net.client(["sh", "-ec", BRIDGED.replaceAll("FAR", String(holder.pid))]);
    expect(laid).toMatchObject({ code: 0, output: "" });
    await layRouter6(net, false);
    await net.seen("ra.heard", "is an IPv6 router on s0");
    const before = net.events.length;

    await net.client([...far, "ip", "link", "set", "d0", "up"]); // its kernel asks for a router

    const routes = async () => (await net.client([...far, "ip", "-6", "route", "show", "default"])).output;
    await expect.poll(routes, { timeout: 20_000 }).toContain("via fe80::");
    await net.ask("probe", "probed");
    expect(net.events.slice(before).filter(({ kind }) => kind === "ra.answered")).toEqual([]);
  },
  60_000,
);
const BRIDGED = `ip link add br0 type bridge forward_delay 0 mcast_snooping 0
ip link set c0 master br0
ip link add r0 type veth peer name d0 netns FAR
ip link set r0 master br0
ip link set r0 up
ip link set br0 up`;
