import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootNet, here, isRoot, openBootNet, TSX } from "./boot-net.ts";

const missing = ["udhcpc", "dhclient", "dnsmasq"].filter((name) => spawnSync("which", [name]).status !== 0);
const able = isRoot && missing.length === 0;
const dhcpTest = test.skipIf(!able);
const excuse = able ? "" : ` (skipped: needs root and ${missing.join(", ") || "nothing else"})`;

let net: BootNet;
let script: string;
beforeAll(async () => {
  if (!able) return;
  net = await openBootNet();
  script = join(net.desk, "tell");
  writeFileSync(script, '#!/bin/sh\necho "$1$reason $ip$new_ip_address $subnet$new_subnet_mask $lease"\n', {
    mode: 0o755,
  });
}, 60_000);
afterAll(() => net?.close());

const udhcpc = () => net.client(["udhcpc", "-i", "c0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script]);

dhcpTest(`udhcpc gets a lease, and the same one again${excuse}`, async () => {
  const first = await udhcpc();
  const second = await udhcpc();

  for (const { output } of [first, second])
    expect(output).toMatch(/bound 10\.9\.0\.100 255\.255\.255\.0 (?:600|599)/);
  await net.seen("dhcp.answered", "has 10.9.0.100");
});

dhcpTest(
  `dhclient on the same card gets the same address, though it calls itself otherwise${excuse}`,
  async () => {
    const files = ["-lf", join(net.desk, "leases"), "-pf", join(net.desk, "pid")];

    const running = await net.stays(
      "client",
      ["dhclient", "-4", "-d", "-1", "-sf", script, ...files, "c0"],
      "bound to 10.9.0.100",
    );

    running.kill("SIGTERM");
  },
);

dhcpTest(
  `the probe finds no other server, then finds dnsmasq, and uses up no address of ours${excuse}`,
  async () => {
    const before = net.events.length;
    expect(await net.ask("probe", "probed")).toEqual([]);
    expect(net.events.slice(before).filter(({ kind }) => kind.startsWith("dhcp"))).toEqual([]);
    await net.client(["ip", "addr", "add", "10.9.0.66/24", "dev", "c0"]);
    const lease = `--dhcp-leasefile=${join(net.desk, "dnsmasq")}`;
    const range = "--dhcp-range=10.9.0.200,10.9.0.220";
    const other = [
      "dnsmasq",
      "-d",
      "--port=0",
      "--interface=c0",
      "--bind-interfaces",
      "--no-ping",
      "--conf-file=/dev/null",
      "--log-dhcp",
      range,
      lease,
    ];
    const running = await net.stays("client", other, "IP range");

    const argv = [...TSX, here("boot-probe.ts"), "s0"];
    const { output } = await net.server(argv);

    expect(output.trim()).toBe('["10.9.0.66"]');
    running.kill("SIGTERM");
  },
);

dhcpTest(
  `an address that somebody uses unasked is not leased, and who uses it is told${excuse}`,
  async () => {
    await net.client(["ip", "link", "add", "link", "c0", "name", "q0", "type", "macvlan", "mode", "bridge"]);
    await net.client(["sysctl", "-qw", "net.ipv4.conf.c0.arp_ignore=1"]); // else c0 answers for q0
    await net.client(["ip", "link", "set", "q0", "address", "52:54:00:00:00:66", "up"]);
    await net.client(["ip", "addr", "add", "10.9.0.140/32", "dev", "q0"]);
    await net.client(["ip", "link", "set", "c0", "address", "52:54:00:00:00:67"]); // has no lease yet

    const asking = ["udhcpc", "-i", "c0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script];
    const { output } = await net.client([...asking, "-r", "10.9.0.140"]);

    expect(output).toMatch(/bound 10\.9\.0\.1(0|1)\d /);
    const { detail } = await net.seen("dhcp.in-use", "10.9.0.140");
    expect(detail).toMatchObject({ used: "10.9.0.140", by: "52:54:00:00:00:66" });
  },
);

dhcpTest(`a second service on the segment is a fault that names the port${excuse}`, async () => {
  const { output } = await net.server([...TSX, here("boot-server.ts"), "s0", net.tree]);

  expect(output).toContain('"fault":"boot.port-in-use"');
});

dhcpTest(`without the right to open sockets it is a fault that says so${excuse}`, async () => {
  const alone = [
    "unshare",
    "--net",
    "sh",
    "-c",
    'ip link set lo up; ip addr add 10.9.0.1/24 dev lo; exec "$@"',
    "sh",
  ];
  const powerless = ["setpriv", "--bounding-set=-all", ...TSX, here("boot-server.ts"), "lo", net.tree];

  const { output } = await net.server([...alone, ...powerless]);

  expect(output).toContain('"fault":"boot.not-permitted"');
});

dhcpTest(`an interface that is not there is a fault that names it${excuse}`, async () => {
  const { output } = await net.server([
    "unshare",
    "--net",
    ...TSX,
    here("boot-server.ts"),
    "none0",
    net.tree,
  ]);

  expect(output).toContain('"fault":"boot.no-interface"');
});
