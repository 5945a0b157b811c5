import type { Row } from "../cells.ts";

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;
const [OLD, NEW] = ["6.1.0-47-amd64", "6.1.0-50-amd64"];

/** What an installer's two files say of themselves: the kernel where its boot protocol has the version, the initrd by its modules. */
const INSTALLER = (
  kernel: string,
  modules = kernel,
  place = "/srv/tftp/debian-installer/amd64",
) => `mkdir -p ${place} /run/m
{ head -c 526 /dev/zero; printf '\\000\\002'; head -c 496 /dev/zero; echo '${kernel} (debian-kernel@lists.debian.org)'; head -c 900 /dev/zero; } >${place}/linux
echo 'lib/modules/${modules}/kernel' | gzip >${place}/initrd.gz; echo 'Debian version: 12 (bookworm)' >${place}/../version.info`;
const SERVES = "ip link set lo up; in.tftpd -4 --listen --secure /srv/tftp";
const RESTARTS = `kill $(pgrep -x in.tftpd); until [ -z "$(pgrep -x in.tftpd)" ]; do sleep 0.1; done; ${SERVES}`;
const ASIDE = "mv /srv/tftp /srv/tftp.old";

/** A mirror's list of what there are modules for. */
const MIRROR = (
  ...offers: readonly string[]
) => `ip link set lo up; d=/run/mirror/debian/dists/bookworm/main/debian-installer/binary-amd64; mkdir -p $d
printf 'Package: x\\nKernel-Version: %s\\n\\n' ${offers.join(" ")} | gzip >$d/Packages.gz
rm -f /etc/apt/sources.list.d/*; echo 'deb http://127.0.0.1:8000/debian bookworm main' >/etc/apt/sources.list
cd /run/mirror; python3 -m http.server 8000 >/dev/null 2>&1 & until wget -qO /dev/null http://127.0.0.1:8000/; do sleep 0.2; done`;

export const NETBOOT_SKEW: readonly Row[] = [
  {
    ...{ is: "broken", says: "the daemon holds what was moved away", on: ALL, expect: "fail stale-daemon" },
    makes: `${MIRROR(NEW)}; ${INSTALLER(OLD)}; ${SERVES}; ${ASIDE}; ${INSTALLER(NEW)}`,
    follows: RESTARTS,
  },
  {
    ...{ is: "broken", says: "the daemon holds what was deleted", on: ALL, expect: "fail stale-daemon" },
    makes: `${MIRROR(NEW)}; ${INSTALLER(NEW)}; ${SERVES}; cp -r /srv/tftp /srv/new; rm -r /srv/tftp; mv /srv/new /srv/tftp`,
    follows: RESTARTS,
  },
  {
    ...{ is: "broken", says: "an initrd of another kernel", on: ALL, expect: "fail mixed" },
    ...{ makes: `${MIRROR(NEW)}; ${INSTALLER(NEW, OLD)}; ${SERVES}`, follows: INSTALLER(NEW) },
  },
  {
    ...{ is: "broken", says: "the mirror has other modules", on: ALL, expect: "fail skew" },
    ...{ makes: `${MIRROR(NEW)}; ${INSTALLER(OLD)}; ${SERVES}`, follows: INSTALLER(NEW) },
  },
  {
    ...{ is: "healthy", says: "one build, and the mirror has it", on: ALL, expect: "pass" },
    makes: `${MIRROR(NEW)}; ${INSTALLER(NEW)}; ${SERVES}`,
  },
  {
    ...{ is: "look-alike", says: "older, and the mirror still has it", on: ALL, expect: "pass" },
    makes: `${MIRROR(OLD, NEW)}; ${INSTALLER(OLD)}; ${SERVES}`,
  },
  {
    ...{ is: "look-alike", says: "moved away, and started anew", on: ALL, expect: "pass" },
    makes: `${MIRROR(NEW)}; ${INSTALLER(OLD)}; ${SERVES}; ${ASIDE}; ${INSTALLER(NEW)}; ${RESTARTS}`,
  },
  {
    ...{ is: "look-alike", says: "its directory is a link", on: ALL, expect: "pass" },
    makes: `${MIRROR(NEW)}; ${INSTALLER(NEW)}; ${ASIDE}; ln -s tftp.old /srv/tftp; ${SERVES}`,
  },
];
