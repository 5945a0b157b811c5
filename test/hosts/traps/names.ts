import type { Row } from "../cells.ts";

const LINK = "ln -sfn ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf";
const SERVER = `mkdir -p /etc/systemd/resolved.conf.d; printf '[Resolve]\\nDNS=192.0.2.53\\n' >/etc/systemd/resolved.conf.d/own.conf`;
const STUB = "printf 'nameserver 127.0.0.53\\n' >/etc/resolv.conf";
const SERVED =
  "resolvectl query --cache=no localhost >/dev/null; grep -q '^nameserver 127.0.0.53' /etc/resolv.conf";
const MENDS = {
  works: SERVED,
  shows: "systemctl is-active systemd-resolved || :; systemctl is-enabled systemd-resolved || :",
};
const STARTS = { ...MENDS, boots: "systemctl is-enabled --quiet systemd-resolved" };

export const RESOLV_CONF: readonly Row[] = [
  {
    ...{ is: "broken", says: "a link to resolved's file, resolved disabled", expect: "fail dangling" },
    ...{ makes: `${SERVER}; ${LINK}`, mends: { ...STARTS, ages: "rm -f /run/systemd/resolve/*resolv.conf" } },
  },
  {
    ...{ is: "broken", says: "the stub is named, resolved disabled", expect: "fail stub" },
    ...{ makes: `${SERVER}; ${STUB}`, mends: STARTS },
  },
  {
    ...{ is: "broken", says: "the stub is named, resolved stopped", expect: "fail stub" },
    ...{ makes: `${SERVER}; ${STUB}; systemctl enable systemd-resolved`, mends: STARTS },
  },
  {
    ...{ is: "broken", says: "a link to nowhere, resolved runs", expect: "fail dangling", mends: MENDS },
    makes: `${SERVER}; systemctl enable --now systemd-resolved; ln -sfn /run/resolvconf/resolv.conf /etc/resolv.conf`,
  },
  {
    ...{
      is: "broken",
      says: "no nameserver in it, resolved runs",
      expect: "fail no-nameserver",
      mends: MENDS,
    },
    makes: `${SERVER}; systemctl enable --now systemd-resolved; printf 'search example.net' >/etc/resolv.conf`,
  },
  {
    ...{ is: "broken", says: "resolved knows no server", expect: "fail no-upstream" },
    makes: `${LINK}; systemctl enable --now systemd-resolved`,
    follows: `${SERVER}; systemctl restart systemd-resolved`,
  },
  {
    ...{ is: "broken", says: "resolved is masked: for people", expect: "fail stub" },
    makes: `${STUB}; systemctl mask systemd-resolved`,
    follows: `${SERVER}; systemctl unmask systemd-resolved; systemctl enable --now systemd-resolved`,
  },
  {
    ...{
      is: "broken",
      says: "a resolver of its own that is gone",
      on: ["debian-12", "debian-13", "sysvinit"],
    },
    ...{ expect: "fail local", makes: "echo nameserver 127.0.0.1 >/etc/resolv.conf" },
    follows: "echo nameserver 192.0.2.53 >/etc/resolv.conf",
  },
  {
    ...{ is: "healthy", says: "resolved serves the stub", expect: "pass" },
    makes: `${SERVER}; ${LINK}; systemctl enable --now systemd-resolved`,
  },
  {
    ...{
      is: "healthy",
      says: "a server elsewhere",
      on: ["debian-12", "debian-13", "sysvinit"],
      expect: "pass",
    },
    makes: "echo nameserver 192.0.2.53 >/etc/resolv.conf",
  },
  {
    ...{ is: "look-alike", says: "another resolver of its own listens", expect: "pass" },
    makes: `${SERVER}; echo DNSStubListenerExtra=127.0.0.1 >>/etc/systemd/resolved.conf.d/own.conf
echo nameserver 127.0.0.1 >/etc/resolv.conf; systemctl start systemd-resolved`,
  },
  {
    ...{ is: "look-alike", says: "resolved knows a fallback only", expect: "pass" },
    makes: `${SERVER}; sed -i s/DNS=/FallbackDNS=/ /etc/systemd/resolved.conf.d/own.conf; ${LINK}; systemctl start systemd-resolved`,
  },
];

const IFUPDOWN = (words: string) => `mkdir -p /etc/network; printf '${words}' >/etc/network/interfaces`;
const CARD = "ip link add e0 type veth peer name r0";

/** The guest's one card, by the name that udev gave it in the initrd. */
export const ITS_CARD = "c=$(ls -d /sys/class/net/*/device | cut -d/ -f5)";
const REAL = `${ITS_CARD}; mkdir -p /run/network`;
const NAMED = (name: string) =>
  IFUPDOWN(`auto lo ${name}\\niface ${name} inet static\\n  address 10.0.2.15/24\\n`);

export const NET_NAMES: readonly Row[] = [
  {
    ...{
      is: "broken",
      says: "a card that is to come up is not there",
      on: ["debian-12", "debian-13", "sysvinit"],
    },
    ...{ expect: "fail gone", makes: `${CARD}; ${IFUPDOWN("auto lo eth0\\niface eth0 inet dhcp\\n")}` },
    follows: "sed -i s/eth0/e0/ /etc/network/interfaces",
  },
  {
    ...{
      is: "healthy",
      says: "the card is there",
      on: ["debian-12", "debian-13", "sysvinit"],
      expect: "pass",
    },
    makes: `${CARD}; ${IFUPDOWN("auto lo e0\\niface e0 inet dhcp\\n")}`,
  },
  {
    ...{ is: "look-alike", says: "a bridge that ifupdown makes", on: ["debian-12", "debian-13", "sysvinit"] },
    ...{
      expect: "pass",
      makes: `${CARD}; ${IFUPDOWN("auto lan e0\\niface lan inet dhcp\\n    bridge_ports e0\\n")}`,
    },
  },
  {
    ...{ is: "broken", says: "the card has another name", on: ["guest"], expect: "fail renamed" },
    makes: `${REAL}; ${NAMED("lan0")}; if ifup lan0; then exit 1; fi`,
    follows: `${REAL}; mkdir -p /etc/systemd/network
printf "[Match]\\nMACAddress=$(cat /sys/class/net/$c/address)\\n[Link]\\nName=lan0\\n" >/etc/systemd/network/10-lan0.link
/lib/systemd/systemd-udevd --daemon; udevadm trigger --settle --action=add /sys/class/net/$c; ifup lan0`,
  },
  {
    ...{ is: "healthy", says: "the real card is there", on: ["guest"], expect: "pass" },
    makes: `${REAL}; ${NAMED("NAME")}; sed -i s/NAME/$c/ /etc/network/interfaces; ifup $c`,
  },
  {
    ...{ is: "look-alike", says: "the name is another of the card's", on: ["guest"], expect: "pass" },
    makes: `${REAL}; ${NAMED("lan0")}; ip link property add dev $c altname lan0`,
  },
];
