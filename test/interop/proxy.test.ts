import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type BootNet, isRoot, type Mode, openBootNet } from "./boot-net.ts";
import { bridge, type GuestFirmware, guest, missingForGuests } from "./guest.ts";

const missing = [
  ...missingForGuests,
  ...["dnsmasq"].filter((name) => spawnSync("which", [name]).status !== 0),
];
const able = isRoot && missing.length === 0;
const proxyTest = test.skipIf(!able);
const excuse = able ? "" : ` (skipped: needs root and ${missing.join(", ") || "nothing else"})`;
const FIRMWARE_WITHIN_MS = 120_000; // OVMF under emulation, on a busy machine

let net: BootNet | undefined;
afterEach(async () => {
  await net?.close();
  net = undefined;
}, 60_000);

/** One real firmware at one end, we at the other, and beside a proxy a plain DHCP server. */
async function boots(mode: Mode, firmware: GuestFirmware): Promise<BootNet> {
  const opened = await openBootNet(mode);
  net = opened;
  writeFileSync(join(opened.tree, "menu.ipxe"), "#!ipxe\necho here\n");
  await bridge(opened, "10.9.0.2/24");
  if (mode.startsWith("proxy")) await plainDhcp(opened);
  await guest(opened, firmware);
  return opened;
}

const plainDhcp = ({ stays, desk }: BootNet) =>
  stays(
    "client",
    [
      ...["dnsmasq", "-d", "--port=0", "--interface=br0", "--bind-interfaces", "--no-ping"],
      ...["--conf-file=/dev/null", "--dhcp-range=10.9.0.200,10.9.0.220"],
      `--dhcp-leasefile=${join(desk, "leases")}`,
    ],
    "IP range",
  );

const [LOADER, MAC] = ["debian-installer/amd64/bootnetx64.efi", "52:54:00:aa:bb:01"];
const asksLoader = (from: BootNet) =>
  from.seen("tftp.refused", `did not get ${LOADER} by TFTP`, FIRMWARE_WITHIN_MS);
const asksLoaderByHttp = (from: BootNet) => from.seen("http.refused", `GET /${LOADER}`, FIRMWARE_WITHIN_MS);
const wayOf = ({ events }: BootNet) => events.find(({ kind }) => kind === "dhcp.answered")?.detail?.way;
const asked4011 = ({ events }: BootNet) => events.some(({ detail }) => detail?.port === 4011);

proxyTest(
  `iPXE beside dnsmasq reaches its menu without port 4011${excuse}`,
  async () => {
    const wire = await boots("proxy", "bios-ipxe");

    const loaded = await wire.seen("http.ended", "menu.ipxe", FIRMWARE_WITHIN_MS);

    expect(loaded).toMatchObject({
      mac: MAC,
      detail: { address: expect.stringMatching(/^10\.9\.0\.2\d\d$/) },
    });
    expect([wayOf(wire), asked4011(wire)]).toEqual(["bypass", false]);
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF beside dnsmasq asks for its loader without port 4011${excuse}`,
  async () => {
    const wire = await boots("proxy", "uefi");

    const asked = await asksLoader(wire);

    expect(asked.mac).toBe(MAC);
    expect([wayOf(wire), asked4011(wire)]).toEqual(["bypass", false]);
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF that is told nothing but option 60 asks port 4011, and then for its loader${excuse}`,
  async () => {
    const wire = await boots("proxy ask-4011", "uefi");

    const asked = await asksLoader(wire);

    expect(asked.mac).toBe(MAC);
    expect([wayOf(wire), asked4011(wire)]).toEqual(["ask-4011", true]);
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF's HTTP Boot beside dnsmasq asks for its loader by HTTP, and port 4011 for nothing${excuse}`,
  async () => {
    const wire = await boots("proxy", "uefi-http");

    const asked = await asksLoaderByHttp(wire);

    expect(asked.mac).toBe(MAC);
    expect(asked4011(wire)).toBe(false);
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF with a lease of ours asks for its loader, by TFTP${excuse}`,
  async () => {
    const wire = await boots("dhcp", "uefi");

    expect((await asksLoader(wire)).mac).toBe(MAC);
    expect(wayOf(wire)).toBe("fields");
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF's HTTP Boot with a lease of ours asks for its loader, by HTTP${excuse}`,
  async () => {
    const wire = await boots("dhcp", "uefi-http");

    expect((await asksLoaderByHttp(wire)).mac).toBe(MAC);
    expect(wayOf(wire)).toBe("url");
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF beside dnsmasq asks port 4011 when there is no option 43, although the offer names a file${excuse}`,
  async () => {
    const wire = await boots("proxy file-and-4011", "uefi");

    await asksLoader(wire);

    expect(asked4011(wire)).toBe(true);
  },
  FIRMWARE_WITHIN_MS * 1.5,
);

proxyTest(
  `OVMF's HTTP Boot passes over a URL without option 60, is answered another way, and goes on${excuse}`,
  async () => {
    const wire = await boots("dhcp fields url", "uefi-http");

    await asksLoaderByHttp(wire);

    const offers = wire.events.filter(({ detail }) => detail?.message === "OFFER");
    expect([offers[0], offers.at(-1)].map((offer) => offer?.detail?.way)).toEqual(["fields", "url"]);
  },
  FIRMWARE_WITHIN_MS * 1.5,
);
