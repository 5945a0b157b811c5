import { expect, test } from "vitest";
import { readIpv4 } from "../../base/ipv4.ts";
import { must } from "../../base/read.ts";
import { DB1, TREE, WEB1, wishWith } from "../testing/sample-wish.ts";
import { exportFor } from "./export-for.ts";
import type { ExportMachine, ExportWish, Server } from "./wish.ts";

const SERVERS: readonly Server[] = ["isc-dhcp", "kea", "dnsmasq", "tftpd-hpa"];
const configOf = (server: Server, wish = wishWith()): string => exportFor(server, wish).texts[0]!.text;
const withoutComments = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^\s*(#|\/\/)/.test(line))
    .join("\n");

test.each(SERVERS)("%s: the order in which machines come changes nothing", (server) => {
  const there = exportFor(server, wishWith({ machines: [WEB1, DB1] }));
  const back = exportFor(server, wishWith({ machines: [DB1, WEB1] }));

  expect(back).toEqual(there);
});

test.each(SERVERS)(
  "%s: its first lines say what made it, how it is loaded, and that plans stay armed",
  (server) => {
    const [top] = configOf(server).split("\n\n");

    expect(top).toContain(`Made by \`rackhand export ${server}\``);
    expect(top).toMatch(/systemctl restart/);
    expect(top).toContain("no plan is used up here");
  },
);

test.each(["isc-dhcp", "kea", "dnsmasq"] as const)(
  "%s: an armed machine gets its loader by who asks; another one no file name",
  (server) => {
    const config = withoutComments(configOf(server));

    for (const file of ["pxelinux.0", "menu.ipxe", "debian-installer/amd64/bootnetx64.efi"])
      expect(config).toContain(`machines/web1/${file}`);
    expect(config).toContain("10.0.0.21"); // its reservation
    expect(config).not.toContain("machines/db1");
  },
);

test.each(["isc-dhcp", "kea", "dnsmasq"] as const)(
  "%s: a machine whose loader is pxelinux gets it also when its BIOS ROM is an iPXE",
  (server) => {
    const config = configOf(server, wishWith({ machines: [{ ...WEB1, loader: "pxelinux" }] }));

    expect(config.match(/machines\/web1\/pxelinux\.0/g)).toHaveLength(2);
    expect(config.match(/machines\/web1\/menu\.ipxe/g)).toHaveLength(1); // UEFI's iPXE
  },
);

test("a machine that is to be given iPXE's loaders is not exported, and named", () => {
  const wish = wishWith({ machines: [{ ...WEB1, loader: "ipxe" }] });

  expect(() => configOf("dnsmasq", wish)).toThrow("web1 is to be given iPXE's loaders");
});

test.each(["isc-dhcp", "kea", "dnsmasq"] as const)(
  "%s: option 60 is never sent, for it leads UEFI to port 4011, where nobody answers",
  (server) => {
    const config = withoutComments(configOf(server));

    expect(config).not.toMatch(
      /option vendor-class-identifier "|dhcp-option=[^\n]*\b60\b|"code": 60|pxe-service/,
    );
  },
);

const unfit: [string, Partial<ExportWish> | ExportMachine, string][] = [
  ["a name with a quote", { ...WEB1, name: 'web1";}' }, "machine's name"],
  ["a name with a line end", { ...WEB1, name: "web1\nport=53" }, "machine's name"],
  ["a path with a space", { treeRoot: "/srv/my boot" }, "path"],
  ["a path that climbs", { treeRoot: "/srv/../etc" }, "path"],
  ["an interface with a comma", { segment: { ...wishWith().segment, interface: "eth1,eth2" } }, "interface"],
  ["an image with a slash", { ...WEB1, tree: { ...TREE, image: "../../etc" } }, "image"],
  [
    "an image without a loader",
    { ...WEB1, tree: { ...TREE, paths: [] } },
    "has no debian-installer/amd64/bootnetx64.efi",
  ],
  ["an address elsewhere", { ...DB1, address: must(readIpv4("10.0.1.21")) }, "is not in 10.0.0.0/24"],
  ["the server's own address", { ...DB1, address: must(readIpv4("10.0.0.1")) }, "belongs to"],
];
test.each(unfit)("%s is refused, not quoted", (_, part, why) => {
  const wish = "macs" in part ? wishWith({ machines: [part] }) : wishWith(part);

  expect(() => exportFor("dnsmasq", wish)).toThrow(why);
});

test("an address of the pool may be reserved where the server keeps it from others: dhcpd does not", () => {
  const wish = wishWith({ machines: [{ ...DB1, address: must(readIpv4("10.0.0.150")) }] });

  expect(configOf("kea", wish)).toContain('"ip-address": "10.0.0.150"');
  expect(() => exportFor("isc-dhcp", wish)).toThrow("10.0.0.150 of db1 lies in the pool");
  expect(() => exportFor("kea", wishWith({ bootServer: must(readIpv4("10.0.0.150")) }))).toThrow(
    "10.0.0.150 of the boot server lies in the pool",
  );
});

test("one address for two machines is refused, with the name of the other", () => {
  const machines = [DB1, { ...DB1, name: "db2" }];

  expect(() => exportFor("kea", wishWith({ machines }))).toThrow("10.0.0.21 of db2 belongs to db1");
});

test.each(["ignore", "infinite", "45m", "600"])(
  "dnsmasq would not take %s for a name: it is refused",
  (name) => {
    const wish = wishWith({ machines: [{ ...DB1, name }] });

    expect(() => exportFor("dnsmasq", wish)).toThrow("not for a name");
    expect(configOf("isc-dhcp", wish)).toContain(`host ${name} {`);
  },
);
