import type { Row } from "../cells.ts";

const CLIENT = (words: string) => `mkdir -p /etc/ldap; f=/etc/ldap/ca.pem; echo CERTIFICATE >$f; chmod 644 $f
printf 'URI ldaps://ldap.example\\nTLS_CACERT /etc/ldap/ca.pem\\n${words}' >/etc/ldap/ldap.conf`;
const READS = "setpriv --reuid nobody --regid nogroup --clear-groups test -r /etc/ldap/ca.pem";
const EVERYWHERE = ["debian-12", "debian-13", "sysvinit"] as const;

export const LDAP_REQCERT: readonly Row[] = [
  {
    ...{ is: "broken", says: "a CA file that only root reads", on: EVERYWHERE, expect: "fail ca-unreadable" },
    ...{ makes: `${CLIENT("")}; chmod 600 $f; ! ${READS}`, mends: { works: READS } },
  },
  {
    ...{ is: "broken", says: "any certificate is taken", on: EVERYWHERE, expect: "fail unchecked" },
    ...{ makes: CLIENT("TLS_REQCERT never\\n"), follows: CLIENT("TLS_REQCERT demand\\n") },
  },
  {
    ...{ is: "broken", says: "no CA file where it is named", on: EVERYWHERE, expect: "fail ca-missing" },
    ...{ makes: `${CLIENT("")}; rm $f`, follows: CLIENT("") },
  },
  { is: "healthy", says: "checked, by a CA all can read", on: EVERYWHERE, expect: "pass", makes: CLIENT("") },
  {
    ...{ is: "look-alike", says: "never, and demand after it", on: EVERYWHERE, expect: "pass" },
    makes: CLIENT("#TLS_REQCERT never\\nTLS_REQCERT never\\nTLS_REQCERT demand\\n"),
  },
];
