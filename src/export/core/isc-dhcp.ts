import { broadcastOf, type Ipv4, netmask, networkOf } from "../../base/ipv4.ts";
import { type Asker, bootRows } from "./askers.ts";
import { head } from "./head.ts";
import type { ExportedText, ExportMachine, ExportWish } from "./wish.ts";

const FEATURES = "ipxe-features";
const code = (value: string) => `substring(option client-architecture, 0, 2) = ${value}`;
/** Without parentheses: dhcpd's parser takes none at the start of a condition. */
const IPXE = `exists ${FEATURES} or option user-class = "iPXE" or option user-class = 04:69:50:58:45`;
const BIOS = `not exists client-architecture or ${code("00:00")}`;
const UEFI = `${code("00:07")} or ${code("00:09")}`;

/** For dhcpd of ISC, 4.4 (dhcpd.conf(5), dhcp-eval(5)). */
export function iscDhcp(wish: ExportWish): ExportedText {
  const { subnet, pool, routers, nameServers } = wish.segment;
  const text = [
    ...head("isc-dhcp", "#", [
      "Check:  dhcpd -t -cf dhcpd.conf",
      "Load:   copy it to /etc/dhcp/dhcpd.conf, name the interface in /etc/default/isc-dhcp-server as",
      `        INTERFACESv4="${wish.segment.interface}", then systemctl restart isc-dhcp-server`,
      `Files:  a TFTP server at ${wish.bootServer} serves what \`rackhand export tftpd-hpa\` writes`,
    ]),
    "authoritative;",
    "default-lease-time 3600;",
    "max-lease-time 3600;",
    "option client-architecture code 93 = string;",
    `option ${FEATURES} code 175 = string;`,
    "",
    `subnet ${networkOf(subnet)} netmask ${netmask(subnet)} {`,
    `  range ${pool.from} ${pool.to};`,
    `  option broadcast-address ${broadcastOf(subnet)};`,
    ...list("routers", routers),
    ...list("domain-name-servers", nameServers),
    "  # option 175, 176: nobody else will answer, so iPXE need not wait for it",
    `  if ${IPXE} {`,
    `    option ${FEATURES} b0:01:01;`,
    "  }",
    "}",
    ...wish.machines.flatMap((machine) => hosts(machine, wish.bootServer)),
  ];
  return { path: "dhcpd.conf", text: `${text.join("\n")}\n` };
}

const list = (option: string, addresses: readonly Ipv4[]): string[] =>
  addresses.length === 0 ? [] : [`  option ${option} ${addresses.join(", ")};`];

/** A declaration names one card. */
function hosts(machine: ExportMachine, bootServer: Ipv4): string[] {
  const { name, macs, address } = machine;
  return macs.flatMap((mac, i) => [
    "",
    `host ${i === 0 ? name : `${name}.${i + 1}`} {`,
    `  hardware ethernet ${mac};`,
    `  option host-name "${name}";`,
    ...(address !== undefined && i === 0 ? [`  fixed-address ${address};`] : []),
    ...boot(machine, bootServer),
    "}",
  ]);
}

/** siaddr and file are filled, and option 60 is not sent: without option 43 it leads UEFI to port 4011. */
function boot(machine: ExportMachine, bootServer: Ipv4): string[] {
  const files = new Map(bootRows(machine).map(({ asker, file }) => [asker, file]));
  if (files.size === 0) return ["  # boots its own disk"];
  const name = (asker: Asker) => `filename "${files.get(asker)}";`;
  return [
    '  if substring(option vendor-class-identifier, 0, 9) = "PXEClient" {',
    `    next-server ${bootServer};`,
    `    if ${IPXE} {`,
    `      if ${BIOS} {`,
    `        ${name("ipxe-bios")}`,
    "      } else {",
    `        ${name("ipxe")}`,
    "      }",
    `    } elsif ${UEFI} {`,
    `      ${name("uefi")}`,
    `    } elsif ${BIOS} {`,
    `      ${name("bios")}`,
    "    }",
    "  }",
  ];
}
