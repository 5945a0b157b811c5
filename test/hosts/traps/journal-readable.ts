import type { Row } from "../cells.ts";

const READS = `setpriv --reuid 65534 --regid 65534 --groups "$(getent group adm | cut -d: -f3)" \
  journalctl -q -n 1 --file "/var/log/journal/$(cat /etc/machine-id)/system.journal" | grep -q .`;
const MENDS = { works: READS, rights: "/var/log/journal" };
const THERE = `f=/var/log/journal/$(cat /etc/machine-id)/system.journal; journalctl --flush; until [ -e "$f" ]; do sleep 0.1; done`;
const BY_HAND = `rm -rf /var/log/journal; mkdir /var/log/journal; systemctl restart systemd-journald; ${THERE}; ! ${READS}`;
/** A file that journald begins anew has what its directory gives. */
const ROTATED = `f=/var/log/journal/$(cat /etc/machine-id)/system.journal; journalctl --rotate; logger x; journalctl --sync
journalctl -q -n 1 --file "$f" | grep -q .`;
/** What ACLs there are, without their tools. */
const LISTS = `python3 -c 'import os
for d, _, fs in sorted(os.walk("/var/log/journal")):
  for f in [".", *sorted(fs)]: print(d, f, os.listxattr(os.path.join(d, f)))'`;

export const JOURNAL_READABLE: readonly Row[] = [
  {
    ...{ is: "broken", says: "made by hand, no package acl", expect: "fail by-hand" },
    makes: `${BY_HAND}; mv /usr/bin/setfacl /usr/bin/getfacl /opt`,
    mends: { ...MENDS, shows: LISTS },
  },
  {
    ...{ is: "broken", says: "made by hand", expect: "fail by-hand", mends: MENDS },
    makes: BY_HAND,
  },
  {
    ...{ is: "broken", says: "made by hand, and rotated", expect: "fail by-hand", makes: BY_HAND },
    mends: { works: READS, boots: `${ROTATED}; ${READS}`, ages: `${ROTATED}; ! ${READS}` },
  },
  {
    ...{ is: "broken", says: "ACLs lost in a restore", expect: "fail acl-lost", mends: MENDS },
    makes: `${THERE}; setfacl -R -b -k /var/log/journal; ! ${READS}`,
  },
  {
    ...{ is: "broken", says: "an ACL behind its mask", expect: "fail mask", mends: MENDS },
    makes: `${THERE}; chmod 600 "$f"; ! ${READS}`,
  },
  {
    ...{ is: "broken", says: "a file system without ACLs", expect: "fail no-acl" },
    makes: `mount -t ramfs own /var/log/journal; systemd-tmpfiles --create --prefix /var/log/journal || :
systemctl restart systemd-journald; ${THERE}; ! ${READS}`,
    follows: `umount -l /var/log/journal; systemctl restart systemd-journald; ${THERE}; ${READS}`,
  },
  { is: "healthy", says: "as Debian ships it", expect: "pass", makes: `${THERE}; ${READS}` },
  {
    ...{ is: "look-alike", says: "an old archived file is closed", expect: "pass" },
    makes: `${THERE}; cp "$f" "\${f%.journal}@old.journal"; chmod 600 "\${f%.journal}@old.journal"`,
  },
  {
    ...{ is: "look-alike", says: "volatile on purpose", expect: "not-applicable" },
    makes: "rm -rf /var/log/journal; systemctl restart systemd-journald",
  },
  {
    ...{ is: "look-alike", says: "a directory of that name, no journald", on: ["sysvinit"] },
    ...{ expect: "not-applicable", makes: "mkdir /var/log/journal" },
  },
];
