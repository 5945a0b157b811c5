import type { Row } from "../cells.ts";
import { HOUSE, LEAF } from "./ldap-tls.ts";

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;

/** anna is in the directory; sssd and nslcd look for her as their own files say, and there is no ldap.conf. */
const CLIENTS = `${HOUSE}; cat >>/run/house <<'X'
finds() { for i in 1 2 3 4 5 6; do getent -s $1 passwd anna | grep -q :5000: && return; sleep 1; done; return 1; }
ends() { [ -z "$(pgrep -x $1)" ] || { pkill -x $1; until [ -z "$(pgrep -x $1)" ]; do sleep 0.1; done; }; }
sssd_asks() { # URI CA
  ends sssd; rm -f /var/lib/sss/db/* /var/lib/sss/mc/*
  printf '%s\\n' '[sssd]' 'domains = house' 'services = nss' '[domain/house]' 'id_provider = ldap' "ldap_uri = $1" \\
    'ldap_search_base = o=Example' 'ldap_id_use_start_tls = true' "ldap_tls_cacert = $2" >/etc/sssd/sssd.conf
  chmod 600 /etc/sssd/sssd.conf; sssd -D; finds sss
}
nslcd_asks() { # URI CA
  ends nslcd; mkdir -p /run/nslcd; chown nslcd /run/nslcd
  printf '%s\\n' 'uid nslcd' 'gid nslcd' "uri $1" 'base o=Example' 'tls_reqcert demand' "tls_cacertfile $2" >/etc/nslcd.conf
  case $1 in ldap://*) echo 'ssl start_tls' >>/etc/nslcd.conf ;; esac
  nslcd; finds ldap
}
X
mkdir db; { printf 'include /etc/ldap/schema/%s.schema\\n' core cosine nis
printf '%s\\n' 'database ldif' 'suffix o=Example' "directory $PWD/db" 'access to * by * read'; } >database
printf '%s\\n' 'dn: o=Example' 'objectClass: organization' 'o: Example' '' 'dn: uid=anna,o=Example' 'objectClass: account' \\
  'objectClass: posixAccount' 'uid: anna' 'cn: Anna' 'uidNumber: 5000' 'gidNumber: 5000' 'homeDirectory: /' >anna
slapadd -f database -l anna; rm /etc/ldap/ldap.conf; . /run/house`;
const [CA, STARTTLS, LDAPS] = ["/etc/ldap/ca.pem", "ldap://ldap.example", "ldaps://ldap.example"];
const EXPIRED = `${LEAF("root", "$NAME", "20200101000000Z 20210101000000Z")}; serves leaf leaf.pem`;

/** What both do alike. */
const rowsOf = (client: "sssd" | "nslcd"): readonly Row[] => {
  const asks = `${client}_asks`;
  return [
    {
      ...{ is: "broken", says: `${client}, StartTLS, and it has run out`, on: ALL, expect: "fail expired" },
      makes: `${CLIENTS}; ${EXPIRED}; ! ${asks} ${STARTTLS} ${CA}`,
      follows: `. /run/house; serves good good.pem; ${asks} ${STARTTLS} ${CA}`,
    },
    {
      ...{ is: "broken", says: `${client} trusts another house's CA`, on: ALL, expect: "fail wrong-ca" },
      makes: `${CLIENTS}; serves good good.pem; trusts other.pem; ! ${asks} ${LDAPS} ${CA}`,
      follows: `. /run/house; trusts root.pem; ${asks} ${LDAPS} ${CA}`,
    },
    {
      ...{ is: "healthy", says: `${client} finds a person`, on: ALL, expect: "pass" },
      makes: `${CLIENTS}; serves good good.pem; ${asks} ${LDAPS} ${CA}`,
    },
    {
      ...{ is: "look-alike", says: `${client} has a CA file of its own`, on: ALL, expect: "pass" },
      makes: `${CLIENTS}; serves good good.pem; cp root.pem /etc/ldap/own.pem; trusts other.pem
${asks} ${STARTTLS} /etc/ldap/own.pem`,
    },
  ];
};

export const LDAP_CLIENTS: readonly Row[] = [
  ...rowsOf("sssd"),
  ...rowsOf("nslcd"),
  {
    ...{ is: "broken", says: "a CA file that nslcd cannot read", on: ALL, expect: "fail ca-unreadable" },
    makes: `${CLIENTS}; serves good good.pem; chmod 600 ${CA}; ! nslcd_asks ${LDAPS} ${CA}`,
    follows: `. /run/house; chmod 644 ${CA}; nslcd_asks ${LDAPS} ${CA}`,
  },
];
