import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootNet, isRoot, openBootNet } from "./boot-net.ts";

const missing = ["dhcrelay", "udhcpc", "atftp"].filter((name) => spawnSync("which", [name]).status !== 0);
const able = isRoot && missing.length === 0;
const relayTest = test.skipIf(!able);
const excuse = able ? "" : ` (skipped: needs root and ${missing.join(", ") || "nothing else"})`;

let net: BootNet;
let far: readonly string[]; // argv that enters the network behind the relay
let script: string;
beforeAll(async () => {
  if (!able) return;
  net = await openBootNet("relayed");
  const holder = await net.stays("client", ["unshare", "--net", "sh", "-c", "echo up; exec cat"], "up");
  far = ["nsenter", "-t", String(holder.pid), "-n"];
  await mustRun("client", RELAY_SIDE.replaceAll("FAR", String(holder.pid)));
  await mustRun("server", "ip route add 10.8.0.0/24 via 10.9.0.2");
  await net.client([...far, "sh", "-ec", "ip link set lo up; ip link set d0 up"]);
  script = join(net.desk, "tell");
  writeFileSync(script, '#!/bin/sh\necho "$1 $ip $subnet via $router $serverid"\n', { mode: 0o755 });
}, 60_000);
afterAll(() => net?.close());

const RELAY_SIDE = `ip link add r0 type veth peer name d0 netns FAR
ip addr add 10.8.0.1/24 dev r0
ip addr add 10.9.0.2/24 dev c0
ip link set r0 up
sysctl -qw net.ipv4.ip_forward=1`;

async function mustRun(where: "client" | "server", lines: string): Promise<void> {
  const { code, output } = await net[where](["sh", "-ec", lines]);
  if (code !== 0) throw new Error(output);
}

const WIRES = ["-id", "r0", "-iu", "c0"];
const udhcpc = () =>
  net.client([...far, "udhcpc", "-i", "d0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script]);

/** One lease through the relay, started with options of its own. */
async function leaseThrough(options: readonly string[]): Promise<string> {
  const relay = ["dhcrelay", "-4", "-d", "--no-pid", ...options, "10.9.0.1"];
  const running = await net.stays("client", relay, "Sending on");
  try {
    return (await udhcpc()).output;
  } finally {
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
  }
}

relayTest(`a relay's own address tells the subnet, with its router${excuse}`, async () => {
  expect(await leaseThrough(WIRES)).toMatch(
    /bound 10\.8\.0\.100 255\.255\.255\.0 via 10\.8\.0\.1 10\.9\.0\.1/,
  );

  const { detail } = await net.seen("dhcp.answered", "has 10.8.0.100");
  expect(detail).toMatchObject({ giaddr: "10.8.0.1", to: "10.8.0.1:67" });
});

relayTest(`the relay's option 82 comes back to it last, or it would drop the answer${excuse}`, async () => {
  const before = net.events.length;

  expect(await leaseThrough(["-a", ...WIRES])).toContain("bound 10.8.0.100");

  const acknowledged = net.events.slice(before).find(({ says }) => says.includes("has 10.8.0.100"));
  expect(acknowledged?.detail?.relayAgent).toMatch(/^[0-9a-f]+$/);
  const options = acknowledged?.detail?.options as number[] | undefined;
  expect(options?.at(-1)).toBe(82);
});

relayTest(`link selection tells the subnet when the relay speaks from another one${excuse}`, async () => {
  const before = net.events.length;

  expect(await leaseThrough(["-U", "c0", "-i", "r0"])).toContain("bound 10.8.0.100");

  const acknowledged = net.events.slice(before).find(({ says }) => says.includes("has 10.8.0.100"));
  expect(acknowledged?.detail).toMatchObject({ giaddr: "10.9.0.2", to: "10.9.0.2:67" });
});

relayTest(
  `a machine behind the relay is known by its leased address when it asks for files${excuse}`,
  async () => {
    writeFileSync(join(net.tree, "pxelinux.0"), "loader");
    const addressed = "ip addr add 10.8.0.100/24 dev d0; ip route add default via 10.8.0.1";
    await net.client([...far, "sh", "-ec", addressed]);

    const get = ["atftp", "-g", "-r", "pxelinux.0", "-l", join(net.desk, "copy"), "10.9.0.1"];
    await net.client([...far, ...get]);

    expect((await net.seen("tftp.ended", "loaded pxelinux.0")).mac).toMatch(/^[0-9a-f:]{17}$/);
  },
);
