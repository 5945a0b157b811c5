import type { Row } from "../cells.ts";
import { ITS_CARD } from "./names.ts";

/** Rows of the guest. Its BMC has no address until it is told the one that the card knows it by. */
const ON = ["guest"] as const;
const BMC = "modprobe ipmi_si; modprobe ipmi_devintf; until [ -e /dev/ipmi0 ]; do sleep 0.1; done";
const AT = "ipmitool lan set 1 ipaddr 10.0.2.2";
const LAN = `${BMC}; ${AT}; ${ITS_CARD}; ip addr add 10.0.2.15/24 dev $c; ip link set $c up`;
/** Whether these words let one in from the LAN. */
const OVER = (words: string) => `ipmitool -H 10.0.2.2 -N 5 -R 3 ${words} mc info`;
const SHUT = (words: string) => `if ${OVER(words)}; then exit 1; fi`;
/** Said on its own page; it starts anew by it. */
const SAY = (auths: string) => `bash -c 'exec 3<>/dev/tcp/10.0.2.80/80; echo ${auths} >&3; read -r said <&3'`;
const PAGE = (auths: string) => `{ ${SAY(auths)}; until ${AT}; do sleep 0.5; done; }`;

const NOBODY = "-I lanplus -C 3 -U '' -P ''";
const SHIPPED = "-I lanplus -C 3 -U ADMIN -P ADMIN";
const NONE = "-I lan -A NONE -U ours -L ADMINISTRATOR";

export const BMC_DEFAULTS: readonly Row[] = [
  {
    ...{ is: "broken", says: "the user without a name may log in", on: ON, expect: "fail anonymous" },
    makes: `${LAN}; ipmitool user enable 1; ipmitool channel setaccess 1 1 ipmi=on privilege=4; ${OVER(NOBODY)}`,
    follows: `ipmitool user disable 1; ipmitool channel setaccess 1 1 privilege=15; ${SHUT(NOBODY)}`,
  },
  {
    ...{ is: "broken", says: "the password of its maker", on: ON, expect: "fail default-password" },
    makes: `${LAN}; ipmitool user set password 3 ADMIN; ${OVER(SHIPPED)}`,
    follows: `ipmitool user set password 3 another-9; ${SHUT(SHIPPED)}`,
  },
  {
    ...{ is: "broken", says: "authentication type NONE", on: ON, expect: "fail auth-none" },
    makes: `${LAN}; ${PAGE("none md5")}; ${OVER(NONE)}`,
    follows: `ipmitool lan set 1 auth ADMIN MD5 || ${PAGE("md5")}; ${SHUT(NONE)}`,
  },
  {
    ...{ is: "healthy", says: "each user has a password of its own", on: ON, expect: "pass" },
    makes: `${LAN}; ${SHUT(NOBODY)}; ${SHUT(SHIPPED)}; ${SHUT(NONE)}`,
  },
  {
    ...{ is: "look-alike", says: "the user without a name has rights, and is off", on: ON, expect: "pass" },
    makes: `${LAN}; ipmitool channel setaccess 1 1 privilege=4; ipmitool user disable 1; ${SHUT(NOBODY)}`,
  },
];

/** The kernel's port is the guest's first, at 115200, and inittab has a prompt there. */
const SPEED = (kbps: string) => `ipmitool sol set volatile-bit-rate ${kbps}`;

export const SERIAL_OVER_LAN: readonly Row[] = [
  {
    ...{ is: "broken", says: "Serial-over-LAN at another speed", on: ON, expect: "fail sol-speed" },
    ...{ makes: `${BMC}; ${SPEED("19.2")}` },
    follows: `${SPEED("115.2")}; ipmitool sol set non-volatile-bit-rate 115.2`,
  },
  {
    ...{ is: "healthy", says: "Serial-over-LAN at the same speed", on: ON, expect: "pass" },
    makes: `${BMC}; ${SPEED("115.2")}`,
  },
  {
    ...{ is: "look-alike", says: "Serial-over-LAN at another speed, and off", on: ON, expect: "pass" },
    makes: `${BMC}; ${SPEED("19.2")}; ipmitool sol set enabled false`,
  },
];
