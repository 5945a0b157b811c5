import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type BootNet, here, isRoot, openBootNet, TSX } from "./boot-net.ts";
import { layDnsmasq6 } from "./router6.ts";

const missing = ["dhclient", "dhcrelay", "curl", "tftp", "dnsmasq"].filter(
  (name) => spawnSync("which", [name]).status !== 0,
);
const able = isRoot && missing.length === 0;
const dhcpTest = test.skipIf(!able);
const excuse = able ? "" : ` (skipped: needs root and ${missing.join(", ") || "nothing else"})`;

let net: BootNet | undefined;
afterEach(async () => {
  await net?.close();
  net = undefined;
}, 30_000);

async function wireWith(ipv6: "boot" | "lease"): Promise<BootNet> {
  net = await openBootNet("dhcp", ipv6);
  const tell = '#!/bin/sh\necho "$reason $new_ip6_address $new_dhcp6_name_servers $new_dhcp6_bootfile_url"\n';
  writeFileSync(join(net.desk, "tell"), tell, { mode: 0o755 });
  writeFileSync(join(net.desk, "conf"), "also request dhcp6.bootfile-url;\n");
  await isUp(net, ["ip", "-6", "-o", "addr", "show", "dev", "c0", "scope", "link"]);
  return net;
}

/** The kernel makes link-local addresses a while after the carrier came. */
const isUp = ({ client }: BootNet, argv: readonly string[]) =>
  expect.poll(async () => (await client(argv)).output, { timeout: 10_000 }).toContain("fe80::");

/** ISC's client until it says so, or until it ends. */
const dhclient = ({ desk }: BootNet, options: readonly string[], card = "c0") => [
  ...["dhclient", "-6", "-d", "-1", "-sf", join(desk, "tell"), "-cf", join(desk, "conf")],
  ...["-lf", join(desk, `leases-${options.join("")}`), "-pf", join(desk, "pid"), ...options, card],
];

const LEASED = "BOUND6 2001:db8:9::100 2001:db8:9::53";

dhcpTest(
  `dhclient -6 is leased an address of the pool, and the same one under another DUID${excuse}`,
  async () => {
    const { stays, seen, ...wire } = await wireWith("lease");

    const first = await stays("client", dhclient({ stays, seen, ...wire }, []), LEASED);
    first.kill("SIGKILL");
    const second = await stays("client", dhclient({ stays, seen, ...wire }, ["-D", "LL"]), LEASED);
    second.kill("SIGKILL");

    const said = wire.events.filter(({ says }) => says.includes("has 2001:db8:9::100"));
    expect(new Set(said.map(({ detail }) => detail?.duid)).size).toBe(2);
    expect(new Set(said.map(({ mac }) => mac)).size).toBe(1);
  },
  60_000,
);

dhcpTest(
  `dhclient -6 -S, which has its address, is told what it asked for and leased nothing${excuse}`,
  async () => {
    const wire = await wireWith("boot");

    const { output } = await wire.client(dhclient(wire, ["-S"]));

    const url = "tftp://\\[2001:db8:9::1\\]/debian-installer/amd64/bootnetx64\\.efi";
    expect(output).toMatch(new RegExp(`RENEW6 +2001:db8:9::53 ${url}`));
    const heard = await wire.seen("dhcp.heard", "asks for the rest");
    expect(heard.says).toContain("does not say its architecture, UEFI x64 is assumed");
  },
  60_000,
);

dhcpTest(
  `a client behind dhcrelay -6 gets an address of its own subnet${excuse}`,
  async () => {
    const wire = await wireWith("lease");
    const holder = await wire.stays("client", ["unshare", "--net", "sh", "-c", "echo up; exec cat"], "up");
    const far = ["nsenter", "-t", String(holder.pid), "-n"];
    const lines = RELAY_SIDE.replaceAll("FAR", String(holder.pid));
    expect(await wire.client(["sh", "-ec", lines])).toMatchObject({ code: 0 });
    await wire.client([...far, "sh", "-ec", "sysctl -qw net.ipv6.conf.d0.accept_dad=0; ip link set d0 up"]);
    await isUp(wire, [...far, "ip", "-6", "-o", "addr", "show", "dev", "d0", "scope", "link"]);
    const relay = ["dhcrelay", "-6", "-d", "--no-pid", "-I", "-l", "r0", "-u", "2001:db8:9::1%c0"];
    await wire.stays("client", relay, "Sending on");

    const bound = await wire.stays("client", [...far, ...dhclient(wire, [], "d0")], "BOUND6 2001:db8:8::100");

    bound.kill("SIGKILL");
    const { detail } = await wire.seen("dhcp.heard", "chooses 2001:db8:8::100");
    expect(detail?.relays).toEqual([{ link: "2001:db8:8::1", peer: expect.stringMatching(/^fe80::/) }]);
  },
  60_000,
);
const RELAY_SIDE = `ip link add r0 type veth peer name d0 netns FAR
ip addr add 2001:db8:8::1/64 dev r0
ip addr add 2001:db8:9::2/64 dev c0
ip link set r0 up
sysctl -qw net.ipv6.conf.all.forwarding=1`;

dhcpTest(
  `files are loaded over IPv6 by HTTP and TFTP, and stand on the machine's own timeline${excuse}`,
  async () => {
    const wire = await wireWith("boot");
    writeFileSync(join(wire.tree, "menu.ipxe"), "#!ipxe\n");
    writeFileSync(join(wire.tree, "large"), Buffer.alloc(3_000_000, 7));
    // an address that names no card: only the kernel knows whose it is
    await wire.client(["sh", "-ec", "ip addr add 2001:db8:9::abcd/64 dev c0; ip addr show dev c0"]);
    const mac = (await wire.client(["cat", "/sys/class/net/c0/address"])).output;

    const http = await wire.client(["curl", "-sg", "http://[2001:db8:9::1]/menu.ipxe"]);
    const get = ["tftp", "-6", "-m", "binary", "2001:db8:9::1", "-c", "get", "large"];
    await wire.client(get);

    expect(http.output).toBe("#!ipxe\n");
    const loaded = await wire.seen("tftp.ended", "loaded large by TFTP: 3.0 MB");
    expect(loaded).toMatchObject({ mac: expect.any(String), detail: { address: "2001:db8:9::abcd" } });
    expect((await wire.seen("http.ended", "menu.ipxe")).mac).toBe(loaded.mac);
    expect(mac).not.toBe("");
  },
  60_000,
);

dhcpTest(`an address that the interface lacks is a fault that says so${excuse}`, async () => {
  const wire = await wireWith("boot");
  const alone = [
    "unshare",
    "--net",
    "sh",
    "-c",
    'ip link set lo up; ip addr add 10.9.0.1/24 dev lo; exec "$@"',
    "sh",
  ];

  const { output } = await wire.server([
    ...alone,
    ...TSX,
    here("boot-server.ts"),
    "lo",
    wire.tree,
    "dhcp",
    "boot",
  ]);

  expect(output).toContain('"fault":"boot.no-ipv6"');
});

dhcpTest(
  `the probe finds no other DHCPv6 server, then finds dnsmasq, and uses up no address of ours${excuse}`,
  async () => {
    const wire = await wireWith("lease");
    const probe = async () => (await wire.server([...TSX, here("boot-probe.ts"), "s0", "6"])).output.trim();

    expect(await probe()).toBe("[]");
    expect(wire.events.filter(({ kind }) => kind.startsWith("dhcp"))).toEqual([]);
    await layDnsmasq6(wire, "c0");

    const link = await wire.client(["ip", "-6", "-o", "addr", "show", "dev", "c0", "scope", "link"]);
    const [, address] = /inet6 (\S+)\//.exec(link.output) ?? [];
    expect(JSON.parse(await probe())).toEqual([address]);
  },
  60_000,
);
