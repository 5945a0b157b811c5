import { readIpv4, readSubnet4 } from "../../base/ipv4.ts";
import { readMac } from "../../base/mac.ts";
import { must } from "../../base/read.ts";
import type { ExportMachine, ExportWish, MachineTree } from "../core/wish.ts";

export const TREE: MachineTree = {
  ...{ image: "debian-12-amd64-20230607+deb12u15", root: "/images/12", arch: "amd64" },
  paths: [
    "debian-installer/amd64/bootnetx64.efi",
    "debian-installer/amd64/grub/grub.cfg",
    "debian-installer/amd64/grub/x86_64-efi/tftp.mod",
    "debian-installer/amd64/linux",
    "debian-installer/amd64/pxelinux.0",
    "debian-installer/amd64/pxelinux.cfg/default",
    "ldlinux.c32",
    "pxelinux.0",
    "pxelinux.cfg/default",
  ],
  texts: new Map([
    ["pxelinux.cfg/default", "serial 1 115200 0\n"],
    ["debian-installer/amd64/pxelinux.cfg/default", "serial 1 115200 0\n"],
    ["debian-installer/amd64/grub/grub.cfg", "linux /debian-installer/amd64/linux console=ttyS1\n"],
    ["menu.ipxe", "#!ipxe\n"],
  ]),
};

export const WEB1: ExportMachine = {
  ...{ name: "web1", macs: [must(readMac("0c:c4:7a:7c:28:40"))], loader: "auto" },
  tree: TREE,
};
export const DB1: ExportMachine = {
  ...{ name: "db1", macs: [must(readMac("0c:c4:7a:7c:28:41")), must(readMac("0c:c4:7a:7c:28:42"))] },
  ...{ loader: "auto", address: must(readIpv4("10.0.0.21")) },
};

/** One machine armed for the installer, one with a reserved address that boots its own disk. */
export const wishWith = (change: Partial<ExportWish> = {}): ExportWish => ({
  segment: {
    ...{ interface: "eth1", subnet: must(readSubnet4("10.0.0.1/24")) },
    pool: { from: must(readIpv4("10.0.0.100")), to: must(readIpv4("10.0.0.199")) },
    ...{ routers: [must(readIpv4("10.0.0.254"))], nameServers: [] },
  },
  ...{ bootServer: must(readIpv4("10.0.0.1")), treeRoot: "/srv/boot/tftp", machines: [WEB1, DB1] },
  ...change,
});
