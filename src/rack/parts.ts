import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Fault } from "../base/fault.ts";
import type { Firmware } from "./core/layout.ts";
import { FIRMWARE_FILES } from "./core/qemu-argv.ts";

const PROGRAMS: readonly { program: string; package: string }[] = [
  { program: "qemu-system-x86_64", package: "qemu-system-x86" },
  { program: "ipmi_sim", package: "openipmi" },
  { program: "ip", package: "iproute2" },
  { program: "perl", package: "perl-base" },
  { program: "setpriv", package: "util-linux" },
  { program: "flock", package: "util-linux" },
  { program: "unshare", package: "util-linux" },
  { program: "nsenter", package: "util-linux" },
];

/** Everything a rack is made of is on this machine, or a fault that names what is not. */
export function requireParts(firmware: Firmware): void {
  const missing = PROGRAMS.filter(({ program }) => !isInPath(program));
  if (missing.length > 0) {
    throw new Fault("setup.package-missing", {
      what: "The virtual rack",
      missing: missing.map(({ program }) => program).join(", "),
      packages: [...new Set(missing.map((part) => part.package))].join(" "),
    });
  }
  const file = FIRMWARE_FILES[firmware].find((part) => !existsSync(part.file));
  if (file !== undefined) throw new Fault("rack.no-firmware", file);
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
  } catch (failure) {
    const how =
      (failure as NodeJS.ErrnoException).code === "ENOENT" ? "is missing" : "may not be opened by this user";
    throw new Fault("setup.no-namespace", { why: `/dev/net/tun ${how}` }, failure);
  }
}

function isInPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, program)));
}
