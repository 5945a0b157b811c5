import type { TimelineEvent } from "../../src/api/shapes.ts";
import { bridge } from "../interop/guest.ts";
import { layDnsmasq6, layRouter6 } from "../interop/router6.ts";
import type { TwoSpaces } from "../support/two-spaces.ts";
import type { Image } from "./cells.ts";
import type { AnyFirmware } from "./firmwares.ts";
import { layKea4, PLACES, type Place, peers } from "./places.ts";

/** A boot that does not get on, and the sentence that has to be said of it. */
export type Hardship = {
  readonly says: RegExp;
  readonly with: string; // what was done to it, in the capture's header
  readonly firmware: AnyFirmware;
  readonly place: Pick<Place, "segment" | "lay">;
  readonly later?: (spaces: TwoSpaces) => Promise<void>; // what comes as soon as the service is up
  readonly add?: readonly string[]; // how the machine is put on record; default: UEFI
  readonly image?: Image; // default: debian-13
  readonly alone?: true; // no other release is here
  readonly without?: string; // a file that the tree lacks
  readonly armed?: true;
  readonly drops?: readonly string[]; // packets that the cable loses: chain and rule of nft
  readonly powerCut?: (event: Pick<TimelineEvent, "kind" | "detail">) => boolean; // the machine is switched off then
};

const ADDRESS = "10.9.0.2/24";
const MAC = "52:54:00:aa:bb:01";
const LOADER = "debian-installer/amd64/bootnetx64.efi";

/** Our answers do not arrive, as behind a switch that takes us for a rogue server. */
const SNOOPED = ["out udp sport 67"];
const SNOOPED6 = ["out udp sport 547"];
const NO_TFTP = ["in udp dport 69"];

const dnsmasqWith =
  (...words: string[]) =>
  async (spaces: TwoSpaces): Promise<void> => {
    const only = ["--conf-file=/dev/null", "--port=0", "--interface=br0", "--bind-interfaces", "--no-ping"];
    const leases = ["--dhcp-range=10.9.0.200,10.9.0.220", `--dhcp-leasefile=${spaces.desk}/leases`];
    await spaces.stays("client", ["dnsmasq", "-d", ...only, ...leases, ...words], "IP range");
  };
const beside = (segment: string, ...words: string[]): Hardship["place"] =>
  laid(segment, async (spaces) => {
    await bridge(spaces, ADDRESS);
    await dnsmasqWith(...words)(spaces);
  });
const laid = (segment: string, lay: (spaces: TwoSpaces) => Promise<void>): Hardship["place"] => ({
  segment,
  lay,
});

const { own, dnsmasq: proxied, kea, relay, managed } = PLACES;
const NOT_FOR_IT = { "client-classes": [{ name: "DROP", test: `pkt4.mac == 0x${MAC.replaceAll(":", "")}` }] };
const A_FILE = { "boot-file-name": LOADER, "next-server": "10.9.0.2" };
const CLASS = { name: "vendor-class-identifier", data: "PXEClient", "always-send": true };
const A_CLASS = { ...A_FILE, "option-data": [CLASS] };
/** Where we lease it comes when we are up, for beside another we do not begin; it is fetched before. */
const KEA_LATER: Hardship["place"] = {
  segment: own.segment,
  lay: async (spaces) => {
    peers();
    await own.lay(spaces);
  },
};
const FULL = own.segment.replace(/pool = .*/, 'pool = "10.9.0.2-10.9.0.2"');
const ON_4011 = `
[[quirk]]
id = "asks"
saw = "a test"
[quirk.when]
asker = "rom"
[quirk.ways]
proxy = ["ask-4011"]`;

export const HARDSHIPS: Readonly<Record<string, Hardship>> = {
  "no-loader": {
    says: /^It asked for loaders of architecture 10 \(UEFI ARM32\)/,
    with: "leases of ours",
    ...{ firmware: "uefi-arm32", place: own },
  },
  "class-not-echoed": {
    says: /^HTTPClient needs option 60 echoed: 10\.9\.0\.2/,
    with: "dnsmasq with --dhcp-boot=http://..., our answers lost on the way",
    ...{ firmware: "uefi-http", drops: SNOOPED },
    place: beside(proxied.segment, "--dhcp-boot=http://10.9.0.2/bootx64.efi"),
  },
  "two-servers": {
    says: /^Two servers answer: 10\.9\.0\.1 \(this one\) and 10\.9\.0\.2\. It took the other's offer\.$/,
    with: "dnsmasq leases too and names a file; it answers sooner, since we look first whether the address is free",
    ...{ firmware: "uefi", place: own, later: dnsmasqWith(`--dhcp-boot=${LOADER}`) },
  },
  "another-was-found": {
    says: /^Two servers answer: 10\.9\.0\.1 .*found on its segment\. It took no offer of ours\.$/,
    with: "dnsmasq leases to others and ignores this machine, our answers lost on the way",
    ...{ firmware: "uefi", place: own, drops: SNOOPED },
    later: dnsmasqWith(`--dhcp-host=${MAC},ignore`),
  },
  "another-was-found-kea": {
    says: /^Two servers answer: 10\.9\.0\.1 .*found on its segment\. It took no offer of ours\.$/,
    with: "Kea leases to others and drops what this machine sends, our answers lost on the way",
    ...{ firmware: "uefi", place: KEA_LATER, drops: SNOOPED },
    later: (spaces) => layKea4(spaces, NOT_FOR_IT),
  },
  "sent-to-4011": {
    says: /^Option 60 without 43 from 10\.9\.0\.2 sent it to port 4011 of 10\.9\.0\.2, where nobody answered\.$/,
    with: "dnsmasq with --dhcp-option-force=60,PXEClient and nothing on port 4011, our answers lost on the way",
    ...{ firmware: "uefi", drops: SNOOPED },
    place: beside(proxied.segment, "--dhcp-boot=pxelinux.0", "--dhcp-option-force=60,PXEClient"),
  },
  "never-4011": {
    says: /^It took the offer of 10\.9\.0\.2 and never asked port 4011 here/,
    with: "beside dnsmasq that names no file, our answers lost on the way", // OVMF would take no such offer
    ...{ firmware: "bios-ipxe", place: beside(proxied.segment), drops: SNOOPED, add: ["--firmware", "bios"] },
  },
  "never-4011-kea": {
    says: /^It took the offer of 10\.9\.0\.2 and never asked port 4011 here/,
    with: "beside Kea that names no file, our answers lost on the way",
    ...{ firmware: "bios-ipxe", place: kea, drops: SNOOPED, add: ["--firmware", "bios"] },
  },
  "two-servers-kea": {
    says: /^Two servers answer: 10\.9\.0\.1 \(this one\) and 10\.9\.0\.2\. It took the other's offer\.$/,
    with: "Kea leases too and names a file, our answers lost on the way",
    ...{ firmware: "uefi", place: KEA_LATER, drops: SNOOPED },
    later: (spaces) => layKea4(spaces, A_FILE),
  },
  "sent-to-4011-kea": {
    says: /^It took the offer of 10\.9\.0\.2 and never asked port 4011 here/, // what Kea offers it, it alone hears
    with: "Kea names a file and says PXEClient (option 60), nothing on port 4011, our answers lost on the way",
    ...{ firmware: "uefi", drops: SNOOPED },
    place: laid(kea.segment, async (spaces) => {
      await bridge(spaces, ADDRESS);
      await layKea4(spaces, A_CLASS);
    }),
  },
  "told-on-4011": {
    says: /^It was told on port 4011 to load .* does a firewall drop/,
    with: "beside dnsmasq, told nothing but option 60 (way ask-4011), port 69 closed",
    ...{ firmware: "uefi", place: beside(proxied.segment + ON_4011), drops: NO_TFTP },
  },
  "acknowledged-then-nothing": {
    says: /^It has 10\.9\.0\.\d+ and was told to load .* TFTP is dropped\.$/,
    with: "leases of ours, port 69 closed",
    ...{ firmware: "uefi", place: own, drops: NO_TFTP },
  },
  "acknowledged-then-nothing-relay": {
    says: /^It has 10\.8\.0\.\d+ and was told to load .* TFTP is dropped\.$/,
    with: "behind isc-dhcp-relay, port 69 closed",
    ...{ firmware: "uefi", place: relay, drops: NO_TFTP },
  },
  "no-offer-taken": {
    says: /^It was offered 10\.9\.0\.\d+ and took no offer: do our answers reach it\?$/,
    with: "leases of ours, our answers lost on the way",
    ...{ firmware: "uefi", place: own, drops: SNOOPED },
  },
  "no-other-server": {
    says: /^It was told what to load, but no other server is seen/,
    with: "beside a DHCP server that is not there",
    ...{ firmware: "uefi", place: laid(proxied.segment, own.lay) },
  },
  silence: {
    says: /^It got no answer because no address is left/,
    with: "leases of ours from a pool of one address, which another machine has",
    ...{ firmware: "uefi", place: laid(FULL, own.lay) },
  },
  "kernel-broken-off": {
    says: /^It asked for \S*(linux|initrd\.gz) and did not get it: /,
    with: "leases of ours, switched off while it loads its kernel",
    ...{ firmware: "uefi", place: own, armed: true },
    powerCut: ({ kind, detail }) => kind === "tftp.began" && `${detail?.file}`.endsWith("/linux"),
  },
  "probe-then-nothing": {
    says: /^It asked by TFTP how large .* drop fragments or large packets\?$/,
    with: "leases of ours, requests by TFTP lost on the way after the first",
    ...{ firmware: "uefi", place: own, drops: ["in udp dport 69 quota over 150 bytes"] },
  },
  "blocks-lost": {
    says: /^It began to load .* and fell silent: blocks of 1468 bytes/,
    with: "leases of ours, packets of more than 1000 bytes lost on the way",
    ...{ firmware: "uefi", place: own, drops: ["out udp sport >= 1024 meta length > 1000"] },
  },
  "menu-waits": {
    says: /^Its menu, \S*grub\.cfg, loaded .* waits for a person\.$/,
    with: "leases of ours, nothing armed",
    ...{ firmware: "uefi", place: own },
  },
  "secure-boot-refuses": {
    says: /^ipxe\/snponly\.efi loads and never asks for an address: .* Secure Boot refuses it/,
    with: "leases of ours, iPXE as the loader",
    ...{ firmware: "uefi-secure", place: own, add: ["--firmware", "uefi", "--loader", "ipxe"] },
  },
  "stands-at-prompt": {
    says: /grubx64\.efi loads and asks for no menu here: it stands at its prompt, grub>\./,
    with: "beside dnsmasq, only debian-12 is here",
    ...{ firmware: "uefi", place: beside(proxied.segment), image: "debian-12", alone: true },
  },
  "stands-at-prompt-http": {
    says: /grubx64\.efi loads and asks for no menu here: it stands at its prompt, grub>\./,
    with: "leases of ours, only debian-12 is here",
    ...{ firmware: "uefi-http", place: own, image: "debian-12", alone: true },
  },
  "no-menu-asked": {
    says: /bootnetx64\.efi loads, the kernel is never asked for, nor is a menu\.$/,
    with: "leases of ours, requests by TFTP lost on the way after the second",
    ...{ firmware: "uefi", place: own, drops: ["in udp dport 69 quota over 260 bytes"] },
  },
  "menu-missing": {
    says: /loads, the kernel is never asked for: it got no menu \(\S*grub\.cfg: /,
    with: "leases of ours, the tree lacks GRUB's menu",
    ...{ firmware: "uefi", place: own, without: "debian-installer/amd64/grub/grub.cfg" },
  },
  "script-waits": {
    says: /^Its menu, \S*menu\.ipxe, loaded .* waits for a person\.$/,
    with: "leases of ours, nothing armed",
    ...{ firmware: "bios-ipxe", place: own, add: ["--firmware", "bios"] },
  },
  "script-waits-kea": {
    says: /^Its menu, \S*menu\.ipxe, loaded .* waits for a person\.$/,
    with: "beside Kea, nothing armed",
    ...{ firmware: "bios-ipxe", place: kea, add: ["--firmware", "bios"] },
  },
  "script-waits-router": {
    says: /^Its menu, \S*menu\.ipxe, loaded .* waits for a person\.$/,
    with: "leases of ours, nobody answers its search for an IPv6 router, nothing armed",
    ...{ firmware: "bios-ipxe", add: ["--firmware", "bios"] },
    place: laid(`${own.segment}\nanswer-solicitations = false`, own.lay),
  },
  "loader-refused": {
    says: /^It asked for its loader, .*, and did not get it: /,
    with: "leases of ours, the tree lacks the loader",
    ...{ firmware: "uefi", place: own, without: LOADER },
  },
  "chosen-then-nothing-6": {
    says: /^It was told by DHCPv6 to load tftp:.*, but never asked for it: /,
    with: "radvd says managed, IPv6 leases of ours, port 69 closed",
    ...{ firmware: "uefi-pxe6", place: managed, drops: NO_TFTP },
  },
  "other-chosen-6": {
    says: /^Two DHCPv6 servers answer, and it took the other's offer \(/,
    with: "dnsmasq leases IPv6 too, our answers lost on the way",
    ...{ firmware: "uefi-pxe6", drops: SNOOPED6 },
    place: laid(managed.segment, async (spaces) => {
      await bridge(spaces, ADDRESS);
      await layDnsmasq6(spaces);
    }),
  },
  "none-chosen-6": {
    says: /^It was offered an IPv6 address and took no offer/,
    with: "radvd says managed, IPv6 leases of ours, our answers lost on the way",
    ...{ firmware: "uefi-pxe6", drops: SNOOPED6 },
    place: laid(managed.segment, async (spaces) => {
      await bridge(spaces, ADDRESS);
      await layRouter6(spaces, true);
    }),
  },
};
