import { LDAP_REMEDIES, type LdapCause, ldapFlaw, triesOf } from "../ldap-certificate.ts";
import type { Rule } from "../rule.ts";

export const ldapTls: Rule = {
  id: "ldap-tls",
  says: "The LDAP servers' certificates are valid, signed by the CA that the clients name, and made out to the name that they ask for",
  because:
    "clients say no more than `Can't contact LDAP server (-1)`, somebody sets TLS_REQCERT never, and it is never taken back",
  sources: [
    "ldap.conf(5), TLS_CACERT; libldap looks at the CN when no subjectAltName fits (libraries/libldap/tls_g.c)",
    "sssd-ldap(5), ldap_tls_cacert and ldap_id_use_start_tls; nslcd.conf(5), ssl and tls_cacertfile",
    "openssl-verification-options(1); gnutls_certificate_status_t for the mask that ldapsearch -d 1 shows",
  ],
  applies: () => true,
  probe: {
    withinMs: 10_000,
    consent: "network",
    // It shakes hands and says nothing else: no bind, no search. Without openssl, ldapsearch asks for the root entry's name.
    run: `conf() { [ -r "$2" ] && tr '=\\t' '  ' <"$2" | sed 's/^ *//; s/ *$//' | awk -v n="$1" '/^\\[/ { s = $0 }
  n == "sssd" && s !~ /^\\[domain\\// { next } { k = tolower($1) }
  k ~ /^(uri|ssl|ldap_uri|(ldap_)?tls_cacert(file)?)$/ { sub(/^[^ ]+ +/, ""); print n, k, $0 }'; }
all=$(conf ldap /etc/ldap/ldap.conf; for f in /etc/sssd/sssd.conf /etc/sssd/conf.d/*.conf; do conf sssd "$f"; done
  conf nslcd /etc/nslcd.conf)
of() { printf '%s\\n' "$all" | sed -n "s/^$1 $2 //p" | sort -u; }
names() { openssl crl2pkcs7 -nocrl -certfile /dev/stdin 2>/dev/null | openssl pkcs7 -print_certs -noout 2>/dev/null | grep .; }
# Debian 12's libldap is of GnuTLS, which trusts whatever is in the CA file; 13's of OpenSSL, which wants the root.
grep -qs libgnutls /usr/lib/*/libldap*.so.* && partial=-partial_chain || partial=
common=$(printf '%s\\n' "$all" | sed -n 's/^ldap tls_cacert //p' | tail -n 1)
one() { # CLIENT URI CA
  rest=\${2#*://}; rest=\${rest%%/*}; start=
  case $2 in ldaps://*) port=636 ;; ldap://*) port=389; start="-starttls ldap" ;; *) return 0 ;; esac
  case $rest in *]|*[!:0-9]|*:*:*) ;; *:*) port=\${rest##*:}; rest=\${rest%:*} ;; esac
  echo "try $1 $2 \${3:-none}"; host=$(printf %s "$rest" | tr -d '[]'); user=nobody; [ "$1" = nslcd ] && user=nslcd
  if [ -n "$3" ] && [ ! -e "$3" ]; then echo "ca missing"
  elif [ -n "$3" ] && [ "$1" != sssd ] && [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && id $user >/dev/null 2>&1; then
    setpriv --reuid $user --regid "$(id -g $user)" --init-groups test -r "$3" && echo "ca reads $user" || echo "ca denied $user"
  fi
  if command -v openssl >/dev/null; then
    got=$(timeout 4 openssl s_client -connect "$rest:$port" $start -servername "$host" -showcerts $partial \\
      \${3:+-CAfile "$3"} -no-CApath -no-CAstore </dev/null 2>&1)
    chain=$(printf '%s\\n' "$got" | sed -n '/^-----BEGIN CERT/,/^-----END CERT/p')
    [ -n "$chain" ] || { echo "nothing $(printf '%s\\n' "$got" | grep -v '^CONNECTED' | head -n 1 |
      sed 's/^[0-9A-F]*:error:[^:]*:[^:]*:[^:]*:\\([^:]*\\):.*/\\1/')"; return 0; }
    printf '%s\\n' "$got" | sed -n 's/^\\(depth=[0-9]*\\) .*/\\1/p; s/^verify error:/error /p' | uniq
    printf '%s\\n' "$chain" | openssl x509 -noout -dates -ext subjectAltName 2>/dev/null | sed -n 's/^not/leaf not/p; s/^ *\\(DNS:\\|IP \\)/san \\1/p'
    printf '%s\\n' "$chain" | names | sed 's/^/chain /'
    [ -n "$3" ] && trusted=$(names <"$3" 2>/dev/null | sed -n 's/^subject=//p') || trusted=
    issuer=$(printf '%s\\n' "$chain" | names | sed -n 's/^issuer=//p' | tail -n 1)
    [ -n "$issuer" ] && printf '%s\\n' "$trusted" | grep -Fqx "$issuer" && echo "named $issuer"
    printf '%s\\n' "$trusted" | grep . | head -n 10 | sed 's/^/trusted /'
  elif command -v ldapsearch >/dev/null; then
    LDAPTLS_CACERT=$3 LDAPTLS_REQCERT=demand timeout 4 ldapsearch -d 1 -x \${start:+-ZZ} -H "$2" -b '' -s base 1.1 2>&1 </dev/null |
      sed -n 's/^TLS: \\(.*0x[0-9a-f]*.*\\|hostname.*\\)/mask \\1/p
        s/^TLS certificate verification: depth: \\([0-9]*\\), err: \\([1-9][0-9]*\\), .*/depth=\\1\\nerror num=\\2:/p; s/^\\(ldap_sasl_bind.*\\|ldap_start_tls.*\\|# numEntries.*\\)/search \\1/p'
  else echo notool; fi
}
for c in ldap sssd nslcd; do
  case $c in ldap) uris=$(of ldap uri) ca=$common ;; sssd) uris=$(of sssd ldap_uri | tr , ' ') ca=$(of sssd ldap_tls_cacert) ;;
    nslcd) uris=$(of nslcd uri) ca=$(of nslcd tls_cacertfile); of nslcd ssl | grep -q start_tls || uris=$(printf %s "$uris" | sed 's,ldap://[^ ]*,,g') ;;
  esac
  ca=\${ca:-$common}
  [ "$(printf '%s\\n' "$ca" | wc -l)" = 1 ] || { echo "several $c"; continue; }
  # Who names no CA but Debian's own may not use TLS on ldap:// at all.
  [ $c = ldap ] && [ "$ca" = /etc/ssl/certs/ca-certificates.crt ] && uris=$(printf %s "$uris" | sed 's,ldap://[^ ]*,,g')
  for u in $uris; do one $c "$u" "$ca"; done
done 2>&1 | head -n 200
date -u '+looked %Y-%m-%d %H:%M'`,
  },
  judge({ out }, { clockOff }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (!/^looked /.test(lines.at(-1) ?? ""))
      return { is: "unknown", because: "the probe did not come to its end: a server may not answer" };
    const told = triesOf(lines).map((block) => ({ block, flaw: ldapFlaw(block) }));
    const bad = told.flatMap(({ block, flaw }) =>
      flaw !== null && "cause" in flaw ? [{ block, ...flaw }] : [],
    );
    const [worst] = bad;
    if (worst !== undefined) {
      const isClock = worst.cause === "not-yet-valid" && clockOff !== null && Math.abs(clockOff) > 60;
      const also = isClock ? ` The host's clock is ${clockOff} s off ours.` : "";
      const found = bad.map(({ block, found }) => `${block[0]!.split(" ")[2]}: ${found}`).join("; ");
      return {
        is: "fail",
        cause: worst.cause,
        found: `${found}.${also}`,
        evidence: [...bad.flatMap(({ block }) => block), lines.at(-1)!],
      };
    }
    const unsure = told.flatMap(({ flaw }) => (flaw !== null && "because" in flaw ? flaw.because : []));
    if (unsure.length > 0) return { is: "unknown", because: unsure.join("; ") };
    if (lines.some((line) => line.startsWith("several ")))
      return { is: "unknown", because: "sssd has several domains, each with a CA of its own" };
    if (told.length === 0) return { is: "not-applicable", because: "no LDAP client is told to use TLS" };
    return { is: "pass", evidence: lines };
  },
  remedy: (heard, facts) => {
    const verdict = ldapTls.judge(heard, facts);
    return { say: verdict.is === "fail" ? LDAP_REMEDIES[verdict.cause as LdapCause] : "", steps: [] }; // the server is another host
  },
};
