import type { Row } from "../cells.ts";

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;

/** nspawn makes /tmp a tmpfs; what lies beneath is reached past it. */
const LIMIT = (size: string) => `mount -o remount,size=${size} /tmp`;
const BENEATH = (script: string) => `mount --bind / /mnt; ${script}; umount /mnt`;

export const TMP_MEMORY: readonly Row[] = [
  {
    ...{ is: "broken", says: "no room in it", on: ALL, expect: "fail full" },
    makes: `${LIMIT("8m")}; head -c 8M /dev/zero >/tmp/large; ! echo x >/tmp/more`,
    follows: "mv /tmp/large /var/tmp",
  },
  {
    ...{ is: "broken", says: "it may take more than there is", on: ALL, expect: "fail memory" },
    ...{ makes: LIMIT("4096g"), follows: LIMIT("1g") },
  },
  {
    ...{ is: "broken", says: "old files lie beneath", on: ALL, expect: "fail hidden" },
    makes: `${LIMIT("64m")}; ${BENEATH("head -c 120M /dev/zero >/mnt/tmp/old")}; [ ! -e /tmp/old ]`,
    follows: BENEATH("rm /mnt/tmp/old"),
  },
  { is: "healthy", says: "a limit, and room", on: ALL, expect: "pass", makes: LIMIT("64m") },
  {
    ...{ is: "look-alike", says: "half full, and a little beneath", on: ALL, expect: "pass" },
    makes: `${LIMIT("64m")}; ${BENEATH("head -c 12M /dev/zero >/mnt/tmp/old")}; head -c 32M /dev/zero >/tmp/x`,
  },
  {
    ...{ is: "look-alike", says: "on the disk, and full of files", on: ALL, expect: "not-applicable" },
    makes: "umount /tmp; head -c 120M /dev/zero >/tmp/old",
  },
];

/** A container's uptime is its machine's; this host has run for long enough. */
const UP = "echo '90000.00 1.00' >/run/up; mount --bind /run/up /proc/uptime";
/** Without its scripts, which would remove what it excludes; /lib stays the link that it is. */
const UNPACKED = (name: string) =>
  `dpkg-deb --fsys-tarfile /opt/beside/${name}_*.deb | tar -xC / --keep-directory-symlink`;
/** Another namespace's chrony answers with the clock that both have, and by another name: this host's keeper it is not. */
const ANSWERS = "ip netns exec r /opt/server -x -f /run/server.conf";
const NEIGHBOUR = `${UP}; ip netns add r; ip link add e0 type veth peer name r0 netns r; ip link set lo up
ip addr add 192.0.2.2/24 dev e0; ip link set e0 up; ip -n r addr add 192.0.2.1/24 dev r0; ip -n r link set r0 up
cp /usr/sbin/chronyd /opt/server
printf 'local stratum 5\\nallow\\ncmdport 0\\nbindcmdaddress /run/server.sock\\npidfile /run/server.pid\\nuser root\\n' >/run/server.conf`;
const SERVER = `${UNPACKED("chrony")}; ${NEIGHBOUR}`;
const CHRONY = (words: string) => `printf 'user root\\n${words}' >/run/own.conf; chronyd -x -f /run/own.conf`;
const FROM_SERVER = "server 192.0.2.1 iburst\\n";
const BELIEVES = "chronyc -n waitsync 40 0 0 0.5 >/dev/null";
/** A container has the clock of who asks; the guest has one of its own, and so has what both of its ends believe. */
const SHIFTED = (by: string) => `date -s "@$(( $(date +%s) ${by} ))" >/dev/null`;

/** What would set the machine's clock is answered with a yes, and sets nothing. */
const HARMLESS = "SystemCallFilter=~adjtimex:0 clock_adjtime:0 clock_settime:0 settimeofday:0";
const TIMESYNCD = `d=/etc/systemd/system/systemd-timesyncd.service.d; mkdir -p $d /etc/systemd/timesyncd.conf.d
printf '[Unit]\\nConditionCapability=\\nConditionVirtualization=\\n[Service]\\nSystemCallFilter=\\n${HARMLESS}\\n' >$d/x.conf
printf '[Time]\\nNTP=192.0.2.1\\n' >/etc/systemd/timesyncd.conf.d/x.conf; systemctl daemon-reload; systemctl start systemd-timesyncd`;
const TIMESYNCD_BELIEVES = "until [ -e /run/systemd/timesync/synchronized ]; do sleep 0.5; done";
const NTPSEC_RUNS = `systemd-run --quiet -p '${HARMLESS}' ntpd -n -g -c /run/ntp.conf
until ntpq -n -c 'rv 0 stratum' 2>&1 | grep -q stratum; do sleep 0.5; done`;
/** Its package wants netbase, whose files tell ntpq where to ask. */
const NTPSEC = `[ -e /etc/services ] || echo 'ntp 123/udp' >/etc/services
[ -e /etc/hosts ] || echo '127.0.0.1 localhost' >/etc/hosts; ${UNPACKED("ntpsec")}; ${UNPACKED("python3-ntp")}
printf '%s\\n' 'server 192.0.2.1 iburst' 'restrict default kod nomodify nopeer noquery limited' \\
  'restrict 127.0.0.1' 'restrict ::1' >/run/ntp.conf; ${NTPSEC_RUNS}`;
const NTPSEC_BELIEVES = "until ntpq -n -c 'rv 0 stratum' | grep -q stratum=6; do sleep 1; done";

export const CLOCK_KEPT: readonly Row[] = [
  {
    ...{ is: "broken", says: "nothing keeps it", on: ALL, expect: "fail nobody", makes: SERVER },
    follows: `${ANSWERS}; ${CHRONY(FROM_SERVER)}; ${BELIEVES}`,
  },
  {
    ...{ is: "broken", says: "chrony's server does not answer", on: ALL, expect: "fail unsynchronised" },
    makes: `${SERVER}; ${CHRONY(FROM_SERVER)}`,
    follows: `${ANSWERS}; chronyc -a 'burst 2/2' >/dev/null; ${BELIEVES}`,
  },
  {
    ...{ is: "broken", says: "timesyncd's server does not answer", expect: "fail unsynchronised" },
    makes: `${SERVER}; ${TIMESYNCD}`,
    follows: `${ANSWERS}; systemctl restart systemd-timesyncd; ${TIMESYNCD_BELIEVES}`,
  },
  {
    ...{ is: "broken", says: "ntpsec's server does not answer", expect: "fail unsynchronised" },
    ...{
      makes: `${SERVER}; ${NTPSEC}`,
      follows: `${ANSWERS}; kill $(pgrep -x ntpd); ${NTPSEC_RUNS}; ${NTPSEC_BELIEVES}`,
    },
  },
  {
    ...{ is: "broken", says: "chrony and timesyncd both run", expect: "fail two" },
    makes: `${SERVER}; ${ANSWERS}; ${TIMESYNCD}; ${TIMESYNCD_BELIEVES}; ${CHRONY(FROM_SERVER)}; ${BELIEVES}`,
    follows: "systemctl stop systemd-timesyncd",
  },
  {
    ...{
      is: "broken",
      says: "it believes a server that is an hour ahead",
      on: ["guest"],
      expect: "fail apart",
    },
    makes: `${SHIFTED("+ 3600")}; ${NEIGHBOUR}; ${ANSWERS}; ${CHRONY(FROM_SERVER)}; ${BELIEVES}`,
    follows: `chronyc shutdown >/dev/null; until [ -z "$(pgrep -x chronyd)" ]; do sleep 0.1; done; ${SHIFTED("- 3600")}; ${CHRONY(FROM_SERVER)}; ${BELIEVES}`,
  },
  {
    ...{ is: "healthy", says: "chrony believes a server", on: ALL, expect: "pass" },
    makes: `${SERVER}; ${ANSWERS}; ${CHRONY(FROM_SERVER)}; ${BELIEVES}`,
  },
  {
    ...{ is: "healthy", says: "timesyncd believes a server", expect: "pass" },
    makes: `${SERVER}; ${ANSWERS}; ${TIMESYNCD}; ${TIMESYNCD_BELIEVES}`,
  },
  {
    ...{ is: "healthy", says: "ntpsec believes a server", expect: "pass" },
    makes: `${SERVER}; ${ANSWERS}; ${NTPSEC}; ${NTPSEC_BELIEVES}`,
  },
  {
    ...{ is: "look-alike", says: "chrony is an island's server", on: ALL, expect: "unknown" },
    makes: `${SERVER}; ${CHRONY("local stratum 8\\n")}; sleep 2`,
  },
  {
    ...{ is: "look-alike", says: "a job of cron sets it", on: ALL, expect: "unknown" },
    makes: `${UP}; mkdir -p /etc/cron.d; echo '5 * * * * root ntpdate ntp.example' >/etc/cron.d/clock`,
  },
];
