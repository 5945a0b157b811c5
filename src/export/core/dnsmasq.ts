import { type Ipv4, netmask } from "../../base/ipv4.ts";
import { type Asker, bootRows } from "./askers.ts";
import { head } from "./head.ts";
import type { ExportedText, ExportMachine, ExportWish } from "./wish.ts";

/** Tags of who asks, in dnsmasq's words; a line may only name tags that stand before it. */
const ASKERS: Readonly<Record<Asker, string>> = {
  "ipxe-bios": "tag:ipxe,tag:bios",
  ipxe: "tag:ipxe,tag:!bios",
  uefi: "tag:uefi,tag:!ipxe",
  bios: "tag:bios,tag:!ipxe",
};

/** For dnsmasq 2.90 (dnsmasq(8)); it serves the tree as well. */
export function dnsmasq(wish: ExportWish): ExportedText {
  const { segment, machines, bootServer, treeRoot } = wish;
  const { from, to } = segment.pool;
  const lines = [
    ...head("dnsmasq", "#", [
      "Check:  dnsmasq --test --conf-file=dnsmasq.conf",
      "Load:   copy it to /etc/dnsmasq.d/rackhand.conf, then systemctl restart dnsmasq",
      `Files:  its own TFTP server serves ${treeRoot}, which stands beside this file`,
      "Names:  what it does for DNS stays as it is; one that is to do none gets a line port=0",
    ]),
    `interface=${segment.interface}`,
    "dhcp-authoritative",
    `dhcp-range=${from},${to},${netmask(segment.subnet)},1h`,
    // without a value: none is sent, where dnsmasq would name itself
    ["dhcp-option=option:router", ...segment.routers].join(","),
    ["dhcp-option=option:dns-server", ...segment.nameServers].join(","),
    "# siaddr and file are for the loader, never for more options",
    "dhcp-no-override",
    "enable-tftp",
    `tftp-root=${treeRoot}`,
    "",
    "# who asks",
    "dhcp-vendorclass=set:pxe,PXEClient",
    "dhcp-match=set:ipxe,175",
    "dhcp-userclass=set:ipxe,iPXE",
    "dhcp-match=set:says-arch,option:client-arch",
    "dhcp-match=set:bios,option:client-arch,0",
    "tag-if=set:bios,tag:!says-arch",
    "dhcp-match=set:uefi,option:client-arch,7",
    "dhcp-match=set:uefi,option:client-arch,9",
    "# option 175, 176: nobody else will answer, so iPXE need not wait for it",
    "dhcp-option=tag:ipxe,encap:175,176,1b",
    ...machines.flatMap((machine) => ["", ...machineLines(machine, bootServer)]),
  ];
  return { path: "dnsmasq.conf", text: `${lines.join("\n")}\n` };
}

function machineLines(machine: ExportMachine, bootServer: Ipv4): string[] {
  const { name, macs, address } = machine;
  const tag = `machine-${name}`;
  const boots = bootRows(machine).map(
    ({ asker, file }) => `dhcp-boot=tag:${tag},tag:pxe,${ASKERS[asker]},${file},,${bootServer}`,
  );
  return [
    ...macs.map((mac, i) => {
      const fixed = address !== undefined && i === 0 ? `,${address}` : "";
      return `dhcp-host=${mac},set:${tag}${fixed},${name}`;
    }),
    ...(boots.length === 0 ? [`# ${name} boots its own disk`] : boots),
  ];
}
