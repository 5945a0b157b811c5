import type { Row } from "../cells.ts";

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;
const TAKES = (name: string) => `dpkg --force-all -i /opt/beside/${name}_*.deb >/dev/null 2>&1`;

/** A daemon that a package brought with a unit alone. */
const UNIT = `cp /usr/bin/sleep /usr/sbin/trapd; mkdir -p /etc/systemd/system/multi-user.target.wants
printf '[Service]\\nExecStart=/usr/sbin/trapd infinity\\n' >/lib/systemd/system/trapd.service
ln -s /lib/systemd/system/trapd.service /etc/systemd/system/multi-user.target.wants/trapd.service`;
const SCRIPT = `printf '%s\\n' '#!/bin/sh' '### BEGIN INIT INFO' '# Provides: trapd' '# Required-Start:' '# Required-Stop:' \\
  '# Default-Start: 2' '# Default-Stop:' '### END INIT INFO' 'start-stop-daemon -Sbx /usr/sbin/trapd -- infinity' >/etc/init.d/trapd
chmod 755 /etc/init.d/trapd; update-rc.d trapd defaults; service trapd start; until pgrep -x trapd; do sleep 0.1; done`;

export const INIT: readonly Row[] = [
  {
    ...{ is: "broken", says: "sysvinit-core came in", expect: "fail next-boot" },
    ...{ makes: TAKES("sysvinit-core"), follows: TAKES("systemd-sysv") },
  },
  {
    ...{ is: "broken", says: "systemd-sysv came in", on: ["sysvinit"], expect: "fail next-boot" },
    ...{ makes: TAKES("systemd-sysv"), follows: TAKES("sysvinit-core") },
  },
  {
    ...{ is: "broken", says: "a daemon with a unit alone", on: ["sysvinit"], expect: "fail not-started" },
    ...{ makes: UNIT, follows: SCRIPT },
  },
  { is: "healthy", says: "as Debian has it", on: ALL, expect: "pass", makes: ":" },
  {
    ...{ is: "look-alike", says: "an inittab was left", expect: "pass" },
    makes: "echo 'id:2:initdefault:' >/etc/inittab",
  },
  {
    ...{ is: "look-alike", says: "a unit's daemon that inittab runs", on: ["sysvinit"], expect: "pass" },
    makes: `${UNIT}; echo 'td:2:respawn:/usr/sbin/trapd infinity' >>/etc/inittab; telinit q; until pgrep -x trapd; do sleep 0.1; done`,
  },
];

/** What is the same on both ends fills blocks of more than 32 KiB: a sender with the system's zlib dies of it. */
const OLD = "/opt/old/usr/bin/rsync";
const ENDS = `dpkg -x /opt/beside/rsync_3.2*.deb /opt/old; printf '#!/bin/sh\\nshift; exec "$@"\\n' >/opt/rsh; chmod 755 /opt/rsh
head -c 20M /dev/urandom >/run/there; cp /run/there /run/here; echo x >>/run/here`;
const SENT = (by: string) =>
  `${by} -Iz --zc=zlib --no-whole-file --block-size=131072 -e /opt/rsh --rsync-path=${OLD}`;
const OLDER = ["debian-12", "sysvinit"] as const; // Debian 13 has had no old one since its last point release
const CLEAN = "rm -f /var/log/rsync-pull.log";

export const RSYNC_ZLIB: readonly Row[] = [
  {
    ...{ is: "broken", says: "the release's, before security's", on: OLDER, expect: "fail sender" },
    makes: `${ENDS}; dpkg -i /opt/beside/rsync_3.2*.deb >/dev/null 2>&1; cd /run; ${SENT("rsync")} here x:/run/there 2>&1 | grep 'deflate on token returned 0'`,
    follows: `dpkg -i /opt/beside/rsync_3.5*.deb >/dev/null; cd /run; ${SENT("rsync")} here x:/run/there`,
  },
  {
    ...{ is: "broken", says: "the end that it fetches from is old", on: OLDER, expect: "fail peer" },
    makes: `${ENDS}; cd /run; ! ${SENT("rsync")} x:/run/here there >>/var/log/rsync-pull.log 2>&1`,
    follows: `${CLEAN}; cd /run; ${SENT("rsync").replace("zlib", "zlibx")} x:/run/here there >>/var/log/rsync-pull.log 2>&1`,
  },
  {
    ...{ is: "healthy", says: "security's", on: ALL, expect: "pass" },
    makes:
      "cd /run; head -c 20M /dev/urandom >a; { cat a; echo x; } >b; rsync -Iz --zc=zlib --no-whole-file --block-size=131072 b a",
  },
  {
    ...{ is: "look-alike", says: "it died before the upgrade", on: ALL, expect: "pass" },
    makes: `echo '2020/01/02 03:04:05 [7] deflate on token returned 0 (32766 bytes left)' >/var/log/rsync-pull.log`,
  },
  {
    ...{ is: "look-alike", says: "it died of something else", on: ALL, expect: "pass" },
    makes: "cd /run; ! rsync -a nowhere x 2>&1 >>/var/log/rsync-pull.log",
  },
];
