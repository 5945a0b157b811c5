import { describe, expect, test, vi } from "vitest";
import { checkHost } from "../../src/check/check-hosts.ts";
import type { Rule } from "../../src/check/core/rule.ts";
import { fixHost, proposeFixes } from "../../src/check/fix-host.ts";
import { loadRules } from "../../src/check/load-rules.ts";
import { undoHost } from "../../src/check/undo-host.ts";
import { noNamespaces, ownPlaces } from "../support/own-places.ts";
import type { Places } from "../support/places.ts";

vi.setConfig({ testTimeout: 180_000 });
const rules = await loadRules();
/** Whether it applies is for captures: a test machine may be a container. */
const ruleOf = (id: string): Rule => ({ ...rules.find((rule) => rule.id === id)!, applies: () => true });

type Case = {
  readonly rule: string;
  readonly init?: "init";
  readonly files: string; // what may be touched
  readonly breaks: string; // a script that makes a healthy host a broken one
  readonly says: string; // what is then in those files
  readonly helps: boolean;
  readonly ages?: string; // what the mended host got meanwhile would only be gone with time
};
const DEVICES = `mkdir -p /mnt/dev/disk/by-uuid; cp -a /dev/null /dev/zero /dev/urandom /mnt/dev
mount --bind /mnt/dev /dev; touch /dev/disk/by-uuid/there`;
const LDAP = `mkdir -p /etc/ldap; echo CERTIFICATE >/etc/ldap/ca.pem; chmod 600 /etc/ldap/ca.pem
printf 'URI ldaps://ldap.example\\nTLS_CACERT /etc/ldap/ca.pem\\n' >/etc/ldap/ldap.conf`;
const SERIAL = `echo 'root=/dev/sda1 console=tty0 console=ttyS0,115200n8' >/run/cmdline; mount --bind /run/cmdline /proc/cmdline
rm -rf /etc/default/grub /etc/default/grub.d
printf 'id:2:initdefault:\\n1:2345:respawn:/sbin/getty 38400 tty1\\n#T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100' >/etc/inittab`;

/** Another namespace's radvd advertises on e0, and this host forwards since. */
const ROUTER = `ip netns add r; ip link add e0 type veth peer name r0 netns r
ip netns exec r sysctl -qw net.ipv6.conf.all.forwarding=1; ip netns exec r ip addr add 2001:db8:9::1/64 dev r0 nodad
ip netns exec r ip link set r0 up; sysctl -qw net.ipv6.conf.all.forwarding=1; ip link set e0 up
echo 'interface r0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix 2001:db8:9::/64 { }; };' >/run/radvd.conf
until ip netns exec r ip -6 addr show dev r0 scope link | grep fe80 | grep -vq tentative; do sleep 0.1; done
ip netns exec r radvd -C /run/radvd.conf -p /run/radvd.pid -m none >/dev/null 2>&1 </dev/null
until awk '$1 == "Icmp6InType134" && $2 > 0 { e = 1 } END { exit !e }' /proc/net/dev_snmp6/e0; do sleep 0.1; done
rm -rf /etc/network; mkdir -p /etc/network /etc/sysctl.d`;

const AGES = "ip -6 route flush proto ra";

const CASES: readonly Case[] = [
  {
    ...{ rule: "fstab-nofail", files: "/etc/fstab", helps: true },
    breaks: `${DEVICES}
printf '# UUID=gone /srv ext4 defaults\\nUUID=there\\t/ ext4\\terrors=remount-ro 0 1\\nUUID=gone /srv  ext4  noatime  0 2\\nUUID=away none swap' >/etc/fstab
chmod 640 /etc/fstab; setfacl -m g:5:r /etc/fstab`,
    says: `# UUID=gone /srv ext4 defaults
UUID=there\t/ ext4\terrors=remount-ro 0 1
UUID=gone /srv  ext4  noatime,nofail,x-systemd.device-timeout=10s  0 2
UUID=away none swap defaults,nofail,x-systemd.device-timeout=10s`,
  },
  {
    ...{ rule: "ldap-reqcert", files: "/etc/ldap/ca.pem", helps: true },
    breaks: LDAP,
    says: "CERTIFICATE\n",
  },
  {
    ...{ rule: "ldap-reqcert", files: "/etc/ldap/ca.pem", helps: false }, // a private key is in it
    breaks: `${LDAP}; echo 'BEGIN PRIVATE KEY' >/etc/ldap/ca.pem`,
    says: "",
  },
  {
    ...{ rule: "ldap-reqcert", files: "/etc/ldap/ca.pem", helps: false }, // it is the directory's doing
    breaks: `${LDAP}; chmod 700 /etc/ldap`,
    says: "",
  },
  {
    ...{ rule: "serial-console", init: "init", files: "/etc/inittab", helps: true },
    breaks: SERIAL,
    says: `id:2:initdefault:
1:2345:respawn:/sbin/getty 38400 tty1
#T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100
T0:23:respawn:/sbin/getty -L ttyS0 115200 vt100
`,
  },
  {
    ...{ rule: "ipv6-ra-forwarding", files: "/etc/sysctl.d/60-accept-ra-e0.conf", helps: true, ages: AGES },
    breaks: ROUTER,
    says: "net/ipv6/conf/e0/accept_ra = 2\n",
  },
  {
    ...{ rule: "ipv6-ra-forwarding", files: "/etc/network/interfaces", helps: true, ages: AGES },
    breaks: `${ROUTER}
printf 'auto e0\niface e0 inet dhcp\niface e0 inet6 auto\n    accept_ra 1\n    mtu 1500\nauto e1\niface e1 inet6 auto\n    accept_ra 1\n' >/etc/network/interfaces`,
    says: `auto e0
iface e0 inet dhcp
iface e0 inet6 auto
    accept_ra 2
    mtu 1500
auto e1
iface e1 inet6 auto
    accept_ra 1
`,
  },
];

describe.skipIf(noNamespaces !== undefined)(
  `a rule's own remedy${noNamespaces === undefined ? "" : `: ${noNamespaces}`}`,
  () => {
    test.each(CASES)("$rule, which helps: $helps; then a second time, then the way back", async (one) => {
      const it = await ownPlaces(one.init);
      try {
        await it.sh(one.breaks);
        await mendsAndGoesBack(it, one);
      } finally {
        await it.end();
      }
    });
  },
);

async function mendsAndGoesBack(
  it: Places,
  { rule: id, files, says, helps, ages = ":" }: Case,
): Promise<void> {
  const rule = ruleOf(id);
  const wish = { rules: [rule], mayAsk: false, now: Date.now, owner: "anna@ops" };
  const state = () =>
    it.sh(
      `[ -e ${files} ] || exit 0; stat -c '%u %g %a %Y' ${files}; sha256sum ${files}; getfacl -cnp ${files}`,
    );
  const propose = async () => {
    const { findings, facts } = await checkHost(it.host, wish);
    const failing = findings.flatMap((finding) => (finding.verdict.is === "fail" ? [{ rule, finding }] : []));
    return proposeFixes(it.host, failing, facts!);
  };
  const before = await state();

  const [proposal] = await propose();
  const fixed = await fixHost(it.host, proposal!, wish);

  expect([fixed.is, fixed.trouble?.says]).toEqual([
    helps ? "fixed" : "undone",
    helps ? undefined : expect.anything(),
  ]);
  if (helps) {
    expect(await it.sh(`cat ${files}`)).toBe(says);
    expect(await propose()).toEqual([]); // nothing is left to do
    expect(await undoHost(it.host, fixed.id!, { force: false, owner: "anna@ops" })).toEqual({ is: "undone" });
    await it.sh(ages);
    expect(await propose()).toHaveLength(1); // as broken as it was
  }
  expect(await state()).toBe(before);
}
