import type { Row } from "../cells.ts";

const ALL = ["debian-12", "debian-13", "sysvinit"] as const;
const GNUTLS = ["debian-12", "sysvinit"] as const; // libldap of Debian 13 is of OpenSSL

/**
 * A root, an intermediate CA below it, and another house's root; `makes NAME SUBJECT SIGNER EXTENSION START END` signs;
 * `serves KEY CERTIFICATE...` has slapd answer with them, `trusts FILE...` has the clients trust them.
 */
export const HOUSE = `cat >/run/house <<'X'
cd /run/house.d; O='/O=Example'; LONG='20200101000000Z 20400101000000Z'
makes() { # NAME SUBJECT SIGNER EXTENSION START END
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -subj "$2" -out $1.csr 2>/dev/null
  echo "$4" >ext; : >index; by="-cert $3.pem -keyfile $3.key"; [ $3 != self ] || by="-selfsign -keyfile $1.key"
  openssl ca -batch -notext -config ca.cnf $by -in $1.csr -out $1.pem -startdate $5 -enddate $6 -extfile ext 2>err || { cat err; exit 1; }
}
serves() { # KEY CERTIFICATE...
  [ ! -e /run/slapd.pid ] || { kill $(cat /run/slapd.pid); until [ -z "$(pgrep -x slapd)" ]; do sleep 0.1; done; rm -f /run/slapd.pid; }
  cat $1.key >s.key; shift; cat $* >s.pem; chmod 600 s.key
  printf 'pidfile /run/slapd.pid\\nTLSCertificateFile %s/s.pem\\nTLSCertificateKeyFile %s/s.key\\n%s\\n' $PWD $PWD \\
    "$(awk '/BEGIN/ { n++ } END { if (n > 1) print "TLSCACertificateFile /run/house.d/s.pem" }' s.pem)" >slapd.conf; [ ! -e database ] || cat database >>slapd.conf
  slapd -h "ldap://ldap.example/ ldaps://ldap.example/" -f slapd.conf; until ss -tln | grep -q ':636 '; do sleep 0.1; done
}
trusts() { cat $* >/etc/ldap/ca.pem; chmod 644 /etc/ldap/ca.pem; }
asks() { # as somebody who is not root
  setpriv --reuid nobody --regid nogroup --clear-groups timeout 20 ldapsearch \${1-} -x -H \${2:-ldaps://ldap.example} -b '' -s base 1.1 >/dev/null 2>&1
}
client() { printf 'URI %s\\nTLS_CACERT /etc/ldap/ca.pem\\n' "$1" >/etc/ldap/ldap.conf; }
X
mkdir -p /run/house.d /etc/ldap; ip link set lo up; echo '127.0.0.1 ldap.example other.example' >>/etc/hosts
printf '%s\\n' '[ca]' default_ca=d '[d]' database=index new_certs_dir=/run/house.d default_md=sha256 policy=p unique_subject=no rand_serial=yes \\
  '[p]' organizationName=optional commonName=supplied >/run/house.d/ca.cnf
. /run/house; client ldaps://ldap.example; CA=basicConstraints=critical,CA:TRUE; NAME=subjectAltName=DNS:ldap.example
makes root "$O/CN=Example Root CA" self $CA $LONG; makes issuing "$O/CN=Example Issuing CA" root $CA $LONG
makes other "/O=Other/CN=Other Root CA" self $CA $LONG; makes good $O/CN=ldap.example root $NAME $LONG
trusts root.pem`;
export const LEAF = (signer: string, extension = "$NAME", when = "$LONG", subject = "$O/CN=ldap.example") =>
  `makes leaf ${subject} ${signer} ${extension} ${when}`;
const SERVES_GOOD = ". /run/house; serves good good.pem; asks";
const trusts = (files: string) => `. /run/house; trusts ${files}; asks`;
const broken = (
  says: string,
  cause: string,
  ...made: readonly string[]
): Pick<Row, "is" | "says" | "expect" | "makes"> => ({
  ...{ is: "broken", says, expect: `fail ${cause}` },
  makes: [HOUSE, ...made].join("; "),
});
const passes = (is: "healthy" | "look-alike", says: string, ...made: readonly string[]): Row => ({
  ...{ is, says, on: ALL, expect: "pass" },
  makes: [HOUSE, ...made].join("; "),
});
const NOT = "! asks";

export const LDAP_TLS: readonly Row[] = [
  {
    ...broken(
      "it has run out",
      "expired",
      LEAF("root", "$NAME", "20200101000000Z 20210101000000Z"),
      "serves leaf leaf.pem",
      NOT,
    ),
    ...{ on: ALL, follows: SERVES_GOOD },
  },
  {
    ...broken(
      "it is not valid yet",
      "not-yet-valid",
      LEAF("root", "$NAME", "20380101000000Z 20400101000000Z"),
      "serves leaf leaf.pem",
      NOT,
    ),
    ...{ on: ALL, follows: SERVES_GOOD },
  },
  {
    ...broken("it signed itself", "self-signed", LEAF("self"), "serves leaf leaf.pem", NOT),
    ...{ on: ALL, follows: trusts("leaf.pem") },
  },
  {
    ...broken("another house's CA is trusted", "wrong-ca", "serves good good.pem", "trusts other.pem", NOT),
    ...{ on: ALL, follows: trusts("root.pem") },
  },
  {
    ...broken(
      "the intermediate is not sent",
      "no-intermediate",
      LEAF("issuing"),
      "serves leaf leaf.pem",
      NOT,
    ),
    ...{ on: ALL, follows: ". /run/house; serves leaf leaf.pem issuing.pem; asks" },
  },
  {
    ...broken(
      "nobody knows who signed it",
      "unknown-issuer",
      "makes lone '/CN=Lone CA' self $CA $LONG",
      LEAF("lone", "$NAME", "$LONG", "/CN=ldap.example"),
      "serves leaf leaf.pem",
      NOT,
    ),
    ...{ on: ALL, follows: trusts("lone.pem") },
  },
  {
    ...broken(
      "the intermediate alone is trusted",
      "root-missing",
      LEAF("issuing"),
      "serves leaf leaf.pem",
      "trusts issuing.pem",
      NOT,
    ),
    ...{ on: ["debian-13"], follows: trusts("root.pem issuing.pem") },
  },
  {
    ...broken(
      "it is made out to another",
      "name",
      LEAF("root", "subjectAltName=DNS:other.example", "$LONG", "$O/CN=other.example"),
      "serves leaf leaf.pem",
      NOT,
    ),
    ...{ on: ALL, follows: ". /run/house; client ldaps://other.example; asks '' ldaps://other.example" },
  },
  {
    ...broken(
      "only its CN is the name",
      "name-cn",
      LEAF("root", "subjectAltName=DNS:other.example"),
      "serves leaf leaf.pem",
      "asks",
    ),
    ...{ on: ALL, follows: SERVES_GOOD },
  },
  {
    ...broken("there is no CA file", "ca-missing", "serves good good.pem", "rm /etc/ldap/ca.pem", NOT),
    ...{ on: ALL, follows: trusts("root.pem") },
  },
  {
    ...broken(
      "a CA file that root alone reads",
      "ca-unreadable",
      "serves good good.pem",
      "chmod 600 /etc/ldap/ca.pem",
      NOT,
    ),
    ...{ on: ALL, follows: `chmod 644 /etc/ldap/ca.pem; ${trusts("root.pem")}` },
  },
  {
    ...broken(
      "StartTLS, and it has run out",
      "expired",
      LEAF("root", "$NAME", "20200101000000Z 20210101000000Z"),
      "serves leaf leaf.pem",
      "client ldap://ldap.example",
      "! asks -ZZ ldap://ldap.example",
    ),
    ...{ on: ALL, follows: ". /run/house; serves good good.pem; asks -ZZ ldap://ldap.example" },
  },
  passes("healthy", "ldaps", "serves good good.pem", "asks"),
  passes(
    "healthy",
    "StartTLS",
    "serves good good.pem",
    "client ldap://ldap.example",
    "asks -ZZ ldap://ldap.example",
  ),
  passes(
    "look-alike",
    "it signed itself, and is trusted",
    LEAF("self"),
    "serves leaf leaf.pem",
    "trusts leaf.pem",
    "asks",
  ),
  passes(
    "look-alike",
    "the intermediate is sent",
    LEAF("issuing"),
    "serves leaf leaf.pem issuing.pem",
    "asks",
  ),
  passes(
    "look-alike",
    "the intermediate is in the CA file",
    LEAF("issuing"),
    "serves leaf leaf.pem",
    "trusts root.pem issuing.pem",
    "asks",
  ),
  passes("look-alike", "a star", LEAF("root", "'subjectAltName=DNS:*.example'"), "serves leaf leaf.pem"),
  {
    ...passes(
      "look-alike",
      "the intermediate alone, for GnuTLS",
      LEAF("issuing"),
      "serves leaf leaf.pem",
      "trusts issuing.pem",
      "asks",
    ),
    on: GNUTLS,
  },
];
