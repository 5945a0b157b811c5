import { head } from "./head.ts";
import type { ExportedText, ExportWish } from "./wish.ts";

/** For tftpd-hpa 5.2 as Debian starts it (in.tftpd(8)): what /etc/default/tftpd-hpa says. */
export function tftpdHpa({ bootServer, treeRoot }: ExportWish): ExportedText {
  const lines = [
    ...head("tftpd-hpa", "#", [
      "Load:   copy it to /etc/default/tftpd-hpa, then systemctl restart tftpd-hpa",
      `Files:  ${treeRoot}, which stands beside this file; its machines/ is new after each export`,
    ]),
    'TFTP_USERNAME="tftp"',
    `TFTP_DIRECTORY="${treeRoot}"`,
    `TFTP_ADDRESS="${bootServer}:69"`,
    'TFTP_OPTIONS="--secure"',
  ];
  return { path: "tftpd-hpa", text: `${lines.join("\n")}\n` };
}
