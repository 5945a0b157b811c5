import type { Row } from "../cells.ts";

/** The kernel here is another host's, which has a serial port of its own. */
const KERNEL = (words: string) =>
  `echo 'root=/dev/sda1 console=tty0 ${words}' >/run/cmdline; mount --bind /run/cmdline /proc/cmdline; mkdir -p /etc/default
echo tty0 >/run/active; mount --bind /run/active /sys/class/tty/console/active`;
const GRUB = (unit: number, speed: number) =>
  `printf 'GRUB_TERMINAL=serial\\nGRUB_SERIAL_COMMAND="serial --unit=${unit} --speed=${speed}"\\n' >/etc/default/grub`;
const UNIT = "serial-getty@ttyS1.service";
const SHOWS = `systemctl is-enabled ${UNIT} || :; systemctl cat ${UNIT} || :`;
const NINE = `mkdir -p /etc/systemd/system/${UNIT}.d; systemctl --quiet enable ${UNIT}
printf '[Service]\\nExecStart=\\nExecStart=-/sbin/agetty -L 9600 ttyS1 vt100\\n' >/etc/systemd/system/${UNIT}.d/speed.conf; systemctl daemon-reload`;
const S1 = KERNEL("console=ttyS1,115200n8");
const INITTAB = "sed -i /ttyS/d /etc/inittab";
const PROMPTS = "echo 'T1:23:respawn:/sbin/getty -L ttyS1 115200 vt100' >>/etc/inittab";
/** One port and speed for all three. */
const AGREE = `${S1}; ${GRUB(1, 115200)}
if [ -e /etc/inittab ]; then ${INITTAB}; ${PROMPTS}; else systemctl --quiet enable ${UNIT}; fi`;

export const SERIAL_CONSOLE: readonly Row[] = [
  {
    ...{ is: "broken", says: "no prompt on the kernel's port", expect: "fail no-getty", makes: S1 },
    mends: { works: `systemctl is-enabled ${UNIT}`, shows: SHOWS },
  },
  {
    ...{ is: "broken", says: "the prompt is masked", expect: "fail no-getty" },
    makes: `${S1}; systemctl --quiet enable ${UNIT}; systemctl mask ${UNIT}`,
    mends: { works: `systemctl cat ${UNIT} | grep -q ExecStart`, shows: SHOWS },
  },
  {
    ...{
      is: "broken",
      says: "the prompt has another speed",
      expect: "fail getty-speed",
      makes: `${S1}; ${NINE}`,
    },
    mends: { works: `systemctl show -p ExecStart ${UNIT} | grep -q 115200`, shows: SHOWS },
  },
  {
    ...{ is: "broken", says: "no prompt in inittab", on: ["sysvinit"], expect: "fail no-getty" },
    ...{ makes: `${S1}; ${INITTAB}`, mends: { works: "grep -q '^T1:.*115200' /etc/inittab" } },
  },
  {
    ...{ is: "broken", says: "GRUB on another port", on: ["debian-12", "debian-13", "sysvinit"] },
    ...{ expect: "fail grub-unit", makes: `${S1}; ${GRUB(0, 115200)}`, follows: AGREE },
  },
  {
    ...{ is: "broken", says: "GRUB at another speed", expect: "fail grub-speed" },
    ...{ makes: `${S1}; ${GRUB(1, 9600)}`, follows: AGREE },
  },
  {
    ...{ is: "broken", says: "the kernel is silent", expect: "fail kernel-silent" },
    ...{ makes: `${KERNEL("quiet")}; ${GRUB(1, 115200)}`, follows: AGREE },
  },
  {
    ...{ is: "healthy", says: "all three on one port", expect: "pass" },
    makes: `${S1}; ${GRUB(1, 115200)}; systemctl --quiet enable ${UNIT}`,
  },
  {
    ...{ is: "healthy", says: "all three on one port, inittab", on: ["sysvinit"], expect: "pass" },
    makes: `${S1}; ${GRUB(1, 115200)}; ${INITTAB}; ${PROMPTS}`,
  },
  {
    ...{ is: "look-alike", says: "GRUB without a serial port, the prompt keeps the speed", expect: "pass" },
    makes: `${S1}; systemctl --quiet enable ${UNIT}`,
  },
  {
    ...{ is: "look-alike", says: "no serial port at all", on: ["debian-12", "debian-13", "sysvinit"] },
    ...{ expect: "not-applicable", makes: KERNEL("quiet") },
  },
];
