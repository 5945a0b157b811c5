import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { exportFor } from "../../src/export/core/export-for.ts";
import type { Server } from "../../src/export/core/wish.ts";
import { DB1, WEB1, wishWith } from "../../src/export/testing/sample-wish.ts";
import { exportTo } from "../../src/main/export.ts";
import { armedFor, INSTALLER, noInstaller } from "../support/armed-machine.ts";
import { type Cable, layCable } from "./cable.ts";
import { DHCP_PEERS, tftpdArgv } from "./export-peers.ts";
import { type Peers, unpackPeers } from "./peers.ts";

const isRoot = process.getuid?.() === 0;
const found = isRoot
  ? unpackPeers(["isc-dhcp-server", "kea-dhcp4-server", "dnsmasq-base", "tftpd-hpa"])
  : "needs root";
const excuse = typeof found === "string" ? ` (skipped: ${found})` : "";
const peerTest = test.skipIf(typeof found === "string");
const peers = found as Peers;
const WEB2 = { ...WEB1, name: "web2", macs: DB1.macs.slice(1), loader: "pxelinux" } as const;
const MACHINES = [WEB1, WEB2, { ...DB1, macs: DB1.macs.slice(0, 1) }];

let home: string;
let cable: Cable;
beforeAll(async () => {
  if (excuse !== "") return;
  home = mkdtempSync(join(tmpdir(), "export-"));
  chmodSync(home, 0o755);
  writeFileSync(join(home, "tell"), TELL, { mode: 0o755 });
});
afterEach(async () => cable?.close());
afterAll(() => {
  if (excuse !== "") return;
  peers.close();
  rmSync(home, { recursive: true });
});
const NONE = {
  config: undefined,
  segment: undefined,
  address: undefined,
  routers: [],
  nameServers: [],
  reserve: [],
};
const TELL = `#!/bin/sh
[ "$1" = bound ] && echo "ip=$ip next=$siaddr file=$boot_file host=$hostname ipxe=$opt175."
exit 0
`;

const configOf = (server: Server): string => {
  const { path, text } = exportFor(server, wishWith({ machines: MACHINES, treeRoot: home })).texts[0]!;
  writeFileSync(join(home, path), text);
  return join(home, path);
};

const where = (server: keyof typeof DHCP_PEERS) => ({ config: configOf(server), home, interface: "eth1" });
const DHCP = Object.keys(DHCP_PEERS) as (keyof typeof DHCP_PEERS)[];

peerTest.each(DHCP)(`%s: its own checker accepts the export${excuse}`, async (server) => {
  cable = await layCable("10.0.0.1/24");

  const { code, said } = await cable.run("server", DHCP_PEERS[server].check(peers, where(server)), peers.env);

  expect(code, said).toBe(0);
});

peerTest.each(DHCP)(`%s: its own checker would have said so${excuse}`, async (server) => {
  cable = await layCable("10.0.0.1/24");
  const given = where(server);
  writeFileSync(given.config, readFileSync(given.config, "utf8").replaceAll("10.0.0.199", "nonsense"));

  const { code } = await cable.run("server", DHCP_PEERS[server].check(peers, given), peers.env);

  expect(code).not.toBe(0);
});

const PXE = ["-V", "PXEClient:Arch:00000:UNDI:002001"];
const arch = (code: string) => ["-x", `0x5d:${code}`];
const FEATURES = ["-x", "0xaf:b10101"];
const SHIM = "debian-installer/amd64/bootnetx64.efi";
/** Who asks from web1, by what its packet says, and the file that it is to load. */
const ASKERS: readonly [string, readonly string[], string][] = [
  ["a BIOS ROM", [...PXE, ...arch("0000")], "pxelinux.0"],
  ["a ROM older than option 93", PXE, "pxelinux.0"],
  ["UEFI x64 as 7", [...PXE, ...arch("0007")], SHIM],
  ["UEFI x64 as 9", [...PXE, ...arch("0009")], SHIM],
  ["iPXE by option 175", [...PXE, ...arch("0000"), ...FEATURES], "menu.ipxe"],
  ["iPXE by option 77", [...PXE, ...arch("0000"), "-x", "0x4d:69505845"], "menu.ipxe"],
  ["iPXE by option 77 of RFC 3004", [...PXE, ...arch("0000"), "-x", "0x4d:0469505845"], "menu.ipxe"],
  ["iPXE on UEFI", [...PXE, ...arch("0007"), ...FEATURES], "menu.ipxe"],
];

async function ask(mac: string, words: readonly string[]): Promise<string> {
  await cable.run("client", ["ip", "link", "set", "c0", "address", mac]);
  const udhcpc = [
    "udhcpc",
    "-i",
    "c0",
    "-f",
    "-n",
    "-q",
    "-t",
    "6",
    "-T",
    "1",
    "-O",
    "hostname",
    "-O",
    "175",
  ];
  const { said } = await cable.run("client", [...udhcpc, ...words, "-s", join(home, "tell")]);
  return said;
}

peerTest.each(DHCP)(
  `%s: each who may ask from an armed machine gets its file, others none${excuse}`,
  { timeout: 120_000 },
  async (server) => {
    const { run, ready } = DHCP_PEERS[server];
    cable = await layCable("10.0.0.1/24");
    await cable.start("server", run(peers, where(server)), ready, peers.env);

    for (const [who, words, file] of ASKERS) {
      const answer = await ask(WEB1.macs[0]!, words);
      expect(answer, who).toContain(`next=10.0.0.1 file=machines/web1/${file} `);
      if (file === "menu.ipxe") expect(answer, who).toMatch(/ipxe=b00101(ff)?\./);
    }
    for (const words of [[], [...PXE, ...arch("000b")]])
      expect(await ask(WEB1.macs[0]!, words)).toMatch(/ip=10\.0\.0\.1\d\d next=\S* file= host=web1/);
    const bios = await ask(WEB2.macs[0]!, [...PXE, ...arch("0000"), ...FEATURES]);
    expect(bios).toContain("file=machines/web2/pxelinux.0 ");
    const local = await ask(DB1.macs[0]!, [...PXE, ...arch("0000")]);
    expect(local).toMatch(/ip=10\.0\.0\.21 next=\S* file= host=db1/);
  },
);

const unable = excuse || noInstaller;

test.skipIf(unable !== "")(
  `tftpd-hpa, as Debian starts it, serves every file of a machine's folder${unable}`,
  async () => {
    cable = await layCable("10.0.0.1/24");
    await cable.run("client", ["ip", "addr", "add", "10.0.0.9/24", "dev", "c0"]);
    const machines = [
      armedFor({ name: "web1", mac: WEB1.macs[0]!, serial: "ttyS2,57600n8", image: INSTALLER! }),
    ];
    const segment = { interface: "eth1", subnet: "10.0.0.1/24", pool: "10.0.0.100-10.0.0.199" };
    const out = join(home, "hpa");
    await exportTo({ server: "tftpd-hpa", ...segment, ...NONE, out, machines }, home);
    const tftpd = ["sh", "-c", 'echo up; exec "$@"', "sh", ...tftpdArgv(peers, out)];
    await cable.start("server", tftpd, "up", peers.env);

    const got = async (path: string) => {
      const curl = ["curl", "-s", "--retry", "5", "--retry-all-errors", `tftp://10.0.0.1/${path}`];
      const { code, said } = await cable.run("client", [...curl, "-o", join(home, "got")]);
      expect(code, `${path} ${said}`).toBe(0);
      return readFileSync(join(home, "got"));
    };

    const own = (path: string) => `machines/web1/${path}`;
    expect((await got(own("pxelinux.0"))).equals(readFileSync(join(INSTALLER!, "pxelinux.0")))).toBe(true);
    expect((await got(own("ldlinux.c32"))).equals(readFileSync(join(INSTALLER!, "ldlinux.c32")))).toBe(true);
    const kernel = "debian-installer/amd64/linux";
    expect((await got(own(kernel))).equals(readFileSync(join(INSTALLER!, kernel)))).toBe(true);
    expect((await got(own("pxelinux.cfg/default"))).toString()).toContain("serial 2 57600 0");
    expect((await got(own("menu.ipxe"))).toString()).toContain("console=ttyS2,57600n8");
    const grub = (await got("debian-installer/amd64/grub/grub.cfg")).toString();
    const prefix = /set prefix=\(\$root\)\/(\S+)/.exec(grub)![1]!;
    expect((await got(`${prefix}/grub.cfg`)).toString()).toContain(`/${own(kernel)} console=ttyS2,57600n8`);
    expect((await got(`${prefix}/x86_64-efi/tftp.mod`)).length).toBeGreaterThan(1000);
  },
);
