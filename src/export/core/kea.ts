import { type Ipv4, networkOf } from "../../base/ipv4.ts";
import { type Asker, bootRows } from "./askers.ts";
import { head } from "./head.ts";
import type { ExportedText, ExportMachine, ExportWish } from "./wish.ts";

/** Kea's classes for who asks; what stands later may name what stands before. */
const CLASSES: Readonly<Record<"is-ipxe" | "is-bios" | "is-uefi", string>> = {
  "is-ipxe": "option[175].exists or option[77].hex == 'iPXE' or substring(option[77].hex, 1, 4) == 'iPXE'",
  "is-bios": "not option[93].exists or substring(option[93].hex, 0, 2) == 0x0000",
  "is-uefi": "substring(option[93].hex, 0, 2) == 0x0007 or substring(option[93].hex, 0, 2) == 0x0009",
};
const ASKERS: Readonly<Record<Asker, string>> = {
  "ipxe-bios": "member('is-ipxe') and member('is-bios')",
  ipxe: "member('is-ipxe') and not member('is-bios')",
  uefi: "member('is-uefi') and not member('is-ipxe')",
  bios: "member('is-bios') and not member('is-ipxe')",
};
const isPxe = "substring(option[60].hex, 0, 9) == 'PXEClient'";
/** In option 175: nobody else will answer, so iPXE need not wait 2 s for proxy offers. */
const NO_PROXY_DHCP = { name: "ipxe-features", code: 175, data: "b00101", "csv-format": false };

/** For kea-dhcp4 2.x (Kea Administrator Reference Manual, "DHCPv4 Server"). */
export function kea(wish: ExportWish): ExportedText {
  const { subnet, pool, routers, nameServers } = wish.segment;
  const { address } = subnet;
  const Dhcp4 = {
    "interfaces-config": { interfaces: [`${wish.segment.interface}/${address}`] },
    "lease-database": { type: "memfile", "lfc-interval": 3600 },
    authoritative: true,
    "valid-lifetime": 3600,
    "option-def": [{ name: "ipxe-features", code: 175, type: "binary" }],
    "client-classes": classes(wish),
    subnet4: [
      {
        id: 1,
        subnet: `${networkOf(subnet)}/${subnet.prefix}`,
        interface: wish.segment.interface,
        pools: [{ pool: `${pool.from} - ${pool.to}` }],
        "option-data": [...list("routers", routers), ...list("domain-name-servers", nameServers)],
        reservations: wish.machines.flatMap(reservations),
      },
    ],
  };
  const top = head("kea", "//", [
    "Check:  kea-dhcp4 -t kea-dhcp4.conf",
    "Load:   copy it to /etc/kea/kea-dhcp4.conf, then systemctl restart kea-dhcp4-server",
    `Files:  a TFTP server at ${wish.bootServer} serves what \`rackhand export tftpd-hpa\` writes`,
  ]);
  return { path: "kea-dhcp4.conf", text: `${top.join("\n")}\n${JSON.stringify({ Dhcp4 }, null, 2)}\n` };
}

const list = (name: string, addresses: readonly Ipv4[]) =>
  addresses.length === 0 ? [] : [{ name, data: addresses.join(", ") }];

function classes({ machines, bootServer }: ExportWish) {
  const known = Object.entries(CLASSES).map(([name, test]) => {
    return { name, test, ...(name === "is-ipxe" && { "option-data": [NO_PROXY_DHCP] }) };
  });
  return [...known, ...machines.flatMap((machine) => machineClasses(machine, bootServer))];
}

/** One a machine and asker. It names the card: classes that a reservation gives come too late for it. */
function machineClasses(machine: ExportMachine, bootServer: Ipv4) {
  const cards = machine.macs.map((mac) => `pkt4.mac == 0x${mac.replaceAll(":", "")}`).join(" or ");
  return bootRows(machine).map(({ asker, file }) => ({
    name: `${machine.name}-${asker}`,
    test: `(${cards}) and ${isPxe} and ${ASKERS[asker]}`,
    "next-server": bootServer,
    "boot-file-name": file,
  }));
}

const reservations = ({ name, macs, address }: ExportMachine) =>
  macs.map((mac, i) => ({
    "hw-address": mac,
    hostname: name,
    ...(address !== undefined && i === 0 && { "ip-address": address }),
  }));
