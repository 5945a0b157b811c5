import type { Row } from "../cells.ts";
import { BOUND_ANEW, SHA1_SOURCE, UPDATES } from "./sha1-key.ts";

const EVERYWHERE = ["debian-12", "debian-13", "sysvinit"] as const;
const DEBIANS = "for k in /usr/share/keyrings/debian-archive-bookworm-stable.*; do :; done";
const SOURCE = (key: string, more = "") => `mkdir -p /etc/apt/keyrings; f=/etc/apt/keyrings/${key}
printf 'Types: deb\\nURIs: http://mirror.example/x\\nSuites: x\\nComponents: main\\nSigned-By: %s\\n${more}' "$f" >/etc/apt/sources.list.d/x.sources
${DEBIANS}`;
const READS =
  "setpriv --reuid _apt --regid nogroup --init-groups head -c 1 /etc/apt/keyrings/x.gpg >/dev/null";

export const APT_KEYS: readonly Row[] = [
  {
    ...{ is: "broken", says: "a key file of mode 600", on: EVERYWHERE, expect: "fail key-unreadable" },
    makes: `${SOURCE("x.gpg")}; cp "$k" "$f"; chmod 600 "$f"; ! ${READS}`,
    mends: { works: READS },
  },
  {
    ...{ is: "broken", says: "a key that is not there", expect: "fail key-missing" },
    makes: SOURCE("x.gpg"),
    follows: `${DEBIANS}; cp "$k" /etc/apt/keyrings/x.gpg; chmod 644 /etc/apt/keyrings/x.gpg`,
  },
  {
    ...{
      is: "broken",
      says: "an armored key named .gpg",
      on: ["debian-12", "sysvinit"],
      expect: "fail key-format",
    },
    makes: `${SOURCE("x.gpg")}; { echo '-----BEGIN PGP PUBLIC KEY BLOCK-----'; base64 "$k"; } >"$f"`,
    follows: "cd /etc/apt; mv keyrings/x.gpg keyrings/x.asc; sed -i s/x.gpg/x.asc/ sources.list.d/x.sources",
  },
  {
    ...{ is: "broken", says: "a key that is bound by SHA-1", on: ["debian-13"], expect: "fail sha1" },
    ...{ makes: `${SHA1_SOURCE}; ! { ${UPDATES}; }`, follows: BOUND_ANEW },
  },
  {
    ...{ is: "broken", says: "what the key has not signed", on: EVERYWHERE, expect: "fail refused" },
    makes: `${SHA1_SOURCE}; sed -i s/Origin:.x/Origin:y/ $d/InRelease; ! { ${BOUND_ANEW}; }`,
    follows: `sed -i s/Origin:y/Origin:\\ x/ /srv/x/dists/x/InRelease; ${UPDATES}`,
  },
  {
    ...{
      is: "look-alike",
      says: "bound by SHA-1, which gpgv still takes",
      on: ["debian-12", "sysvinit"],
      expect: "pass",
    },
    makes: `${SHA1_SOURCE}; ${UPDATES}`,
  },
  {
    ...{ is: "healthy", says: "a key that all can read", on: EVERYWHERE, expect: "pass" },
    makes: `${SOURCE("x.gpg")}; cp "$k" "$f"; chmod 644 "$f"; ${READS}`,
  },
  {
    ...{
      is: "look-alike",
      says: "a source without a key, and off",
      on: EVERYWHERE,
      expect: "not-applicable",
    },
    makes: SOURCE("x.gpg", "Enabled: no\\n"),
  },
];

const PACKAGE = (
  script = "",
) => `d=$(mktemp -d); mkdir -p $d/p/DEBIAN $d/p/etc; echo x >$d/p/etc/trap.conf; ${script}
printf 'Package: trap\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example>\\nDescription: x\\n' >$d/p/DEBIAN/control
echo /etc/trap.conf >$d/p/DEBIAN/conffiles; dpkg-deb -b $d/p $d/trap.deb`;

export const DPKG_FINISHED: readonly Row[] = [
  {
    ...{ is: "broken", says: "unpacked, not configured", on: EVERYWHERE, expect: "fail half-done" },
    makes: `${PACKAGE()}; dpkg --unpack $d/trap.deb`,
    follows: "dpkg --configure -a",
  },
  {
    ...{
      is: "broken",
      says: "its removal failed half way",
      on: EVERYWHERE,
      expect: "fail reinstall-required",
    },
    makes: `${PACKAGE("printf '#!/bin/sh\\nexit 1\\n' >$d/p/DEBIAN/preinst; cp $d/p/DEBIAN/preinst $d/p/DEBIAN/postrm; chmod 755 $d/p/DEBIAN/p*")}
! dpkg -i $d/trap.deb`,
    follows: `${PACKAGE()}; dpkg -i $d/trap.deb`,
  },
  { is: "healthy", says: "as it is", on: EVERYWHERE, expect: "pass", makes: PACKAGE() },
  {
    ...{ is: "look-alike", says: "removed, its configuration stays", on: EVERYWHERE, expect: "pass" },
    makes: `${PACKAGE()}; dpkg -i $d/trap.deb; dpkg -r trap`,
  },
];

const DISK = `mkdir -p /dev/disk/by-uuid; ln -s ../../null /dev/disk/by-uuid/there`;
const FSTAB = (lines: string) => `${DISK}; printf '${lines}' >/etc/fstab`;
const GONE = "UUID=there / ext4 errors=remount-ro 0 1\\nUUID=gone /srv ext4 noatime 0 2\\n";
const EASED = "grep -q '^UUID=gone.*nofail' /etc/fstab";

export const FSTAB_NOFAIL: readonly Row[] = [
  {
    ...{ is: "broken", says: "a disk that is gone, root locked", expect: "fail locked", makes: FSTAB(GONE) },
    mends: { works: EASED },
  },
  {
    ...{ is: "broken", says: "a disk that is gone", expect: "fail absent", mends: { works: EASED } },
    makes: `passwd -d root; ${FSTAB(GONE)}`,
  },
  {
    ...{ is: "broken", says: "swap that is gone", expect: "fail swap", mends: { works: EASED } },
    makes: FSTAB("UUID=gone none swap sw 0 0\\n"),
  },
  {
    is: "healthy",
    says: "all disks are there",
    expect: "pass",
    makes: FSTAB("UUID=there / ext4 defaults 0 1\\n"),
  },
  {
    ...{ is: "look-alike", says: "gone disks that may be", expect: "pass" },
    makes: FSTAB(
      "UUID=gone /srv ext4 nofail 0 2\\nUUID=gone2 /mnt ext4 noauto 0 2\\n# UUID=gone3 /x ext4 defaults\\n",
    ),
  },
  {
    is: "look-alike",
    says: "a disk that is gone, sysvinit",
    on: ["sysvinit"],
    expect: "not-applicable",
    makes: FSTAB(GONE),
  },
];

const KERNELS = (megabytes: number) => `mount -t tmpfs -o size=${megabytes}m own /boot; cd /boot
for v in 6.1.0-1 6.1.0-2; do head -c 6000000 /dev/zero >vmlinuz-$v-amd64; head -c 9000000 /dev/zero >initrd.img-$v-amd64; done`;
const ONE_LESS = "rm /boot/*-6.1.0-1-amd64"; // what autoremove does

export const BOOT_ROOM: readonly Row[] = [
  {
    ...{ is: "broken", says: "no room for an initrd", on: EVERYWHERE, expect: "fail initrd" },
    ...{ makes: KERNELS(34), follows: ONE_LESS },
  },
  {
    ...{ is: "broken", says: "no room for a kernel with it", on: EVERYWHERE, expect: "fail kernel" },
    ...{ makes: KERNELS(40), follows: ONE_LESS },
  },
  { is: "healthy", says: "room for one more", on: EVERYWHERE, expect: "pass", makes: KERNELS(60) },
  {
    ...{ is: "look-alike", says: "as full, and no kernel in it", on: EVERYWHERE, expect: "not-applicable" },
    makes: "mount -t tmpfs -o size=8m own /boot; head -c 7000000 /dev/zero >/boot/backup",
  },
];
