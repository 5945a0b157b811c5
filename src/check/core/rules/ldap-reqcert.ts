import { madeReadable } from "../made-readable.ts";
import type { Remedy, Rule, Verdict } from "../rule.ts";

export const ldapReqcert: Rule = {
  id: "ldap-reqcert",
  says: "LDAP clients check the server's certificate, against a CA file that they can read",
  because:
    "`never` and `allow` take any certificate, so that whoever stands between reads the passwords; a CA file that only root reads fails for everybody else",
  sources: [
    "ldap.conf(5), TLS_REQCERT and TLS_CACERT",
    "sssd-ldap(5), ldap_tls_reqcert",
    "nslcd.conf(5), tls_reqcert",
  ],
  applies: () => true,
  probe: {
    withinMs: 1000,
    // Only the lines named here are said: these files hold passwords too.
    run: `said() { # NAME FILE: its lines as \`conf NAME key value\`, keys in lower case
  [ -e "$2" ] || return 0
  [ -r "$2" ] || { echo "closed $2"; return 0; }
  echo "file $1 $2"
  tr '=\\t' '  ' <"$2" | sed 's/^ *//; s/ *$//' | awk -v n="$1" '/^\\[/ { s = $0 }
    { k = tolower($1) } n == "sssd" && s !~ /^\\[domain\\// { next }
    k ~ /^(uri|base|(ldap_)?tls_(reqcert|cacert|cacertfile))$/ { $1 = ""; sub(/^ /, "")
      print "conf", n, k, k ~ /^(uri|base)$/ ? "set" : $0 }'
}
readable() { # USER FILE
  if [ ! -e "$2" ]; then echo "ca missing $1 $2"; return 0; fi
  if [ "$(id -u)" != 0 ]; then [ -r "$2" ]
  elif ! command -v setpriv >/dev/null; then echo "ca nosetpriv $1 $2"; return 0
  else setpriv --reuid "$(id -u "$1")" --regid "$(id -g "$1")" --init-groups test -r "$2"; fi &&
    echo "ca reads $1 $2" || echo "ca denied $1 $2"
}
all=$(said ldap /etc/ldap/ldap.conf; for f in /etc/sssd/sssd.conf /etc/sssd/conf.d/*.conf; do said sssd "$f"; done
  said nslcd /etc/nslcd.conf)
[ -n "$all" ] || { echo none; exit 0; }
printf '%s\\n' "$all"
printf '%s\\n' "$all" | while read -r what name key value; do
  [ "$what" = conf ] || continue
  case $name:$key in
    ldap:tls_cacert) readable nobody "$value" ;;
    sssd:ldap_tls_cacert) [ -e "$value" ] && echo "ca reads sssd $value" || echo "ca missing sssd $value" ;;
    nslcd:tls_cacertfile) id nslcd >/dev/null 2>&1 && readable nslcd "$value" ;;
  esac
done
exit 0`,
  },
  judge: ({ out }) => judged(out),
  remedy: ({ out }) => {
    const verdict = judged(out);
    if (verdict.is !== "fail") return { say: "", steps: [] };
    const steps = verdict.cause === "ca-unreadable" ? madeReadable(denied(verdict.evidence)) : []; // which CA, a person knows
    return { say: SAY[verdict.cause] ?? "", steps } satisfies Remedy;
  },
};

const DEFAULT_CA = "/etc/ssl/certs/ca-certificates.crt";

function judged(out: string): Verdict {
  const lines = out.split("\n").filter((line) => line !== "");
  const last = lines.findLast((line) => line.startsWith("conf ldap tls_reqcert ")); // libldap takes the last one
  const wild = lines.filter(
    (line) =>
      /^conf \w+ (ldap_)?tls_reqcert (never|allow)$/i.test(line) &&
      (line === last || !line.startsWith("conf ldap ")),
  );
  // Debian's own ldap.conf names the CA bundle, also on hosts without one that never speak LDAP.
  const isIdle = !lines.some((line) => /^conf ldap (uri|base) /.test(line));
  const counts = (line: string): boolean => !(isIdle && line.endsWith(` nobody ${DEFAULT_CA}`));
  const missing = lines.filter((line) => line.startsWith("ca missing ") && counts(line));
  const denied = lines.filter((line) => line.startsWith("ca denied ") && counts(line));
  if (wild.length > 0)
    return fail(
      "unchecked",
      `any certificate is taken as the server's: ${wild.map(setting).join(", ")}`,
      lines,
    );
  if (missing.length > 0)
    return fail("ca-missing", `no such CA file: ${missing.map(file).join(", ")}`, lines);
  if (denied.length > 0)
    return fail(
      "ca-unreadable",
      `a CA file that not every client can read: ${denied.map(file).join(", ")}`,
      lines,
    );
  const closed = lines.find((line) => line.startsWith("closed "));
  if (closed !== undefined) return { is: "unknown", because: `only root can read ${closed.slice(7)}` };
  if (lines.some((line) => line.startsWith("ca nosetpriv ") && counts(line)))
    return { is: "unknown", because: "setpriv of util-linux is missing there" };
  if (lines.some((line) => line.startsWith("file "))) return { is: "pass", evidence: lines };
  return lines[0] === "none"
    ? { is: "not-applicable", because: "no LDAP client is configured" }
    : { is: "unknown", because: "the probe said nothing" };
}

const fail = (cause: string, found: string, evidence: readonly string[]): Verdict => ({
  is: "fail",
  cause,
  found,
  evidence,
});
const setting = (line: string): string => line.split(" ").slice(1).join(" ");
const denied = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith("ca denied ")).map(file);
const file = (line: string): string => line.split(" ").slice(3).join(" ");

const SAY: Readonly<Record<string, string>> = {
  unchecked:
    "Name the CA that signed the server's certificate (TLS_CACERT in ldap.conf, ldap_tls_cacert in sssd.conf, tls_cacertfile in nslcd.conf; a self-signed certificate is its own), and only then set the line to `demand`.",
  "ca-missing":
    "Put the issuing CA's certificate there (with the intermediate ones, if the server does not send them), or name the file where it is: for a public CA, install ca-certificates. Do not set `never`.",
  "ca-unreadable":
    "Make the CA file, and each directory above it, readable for all (`chmod 644`), once you have seen that no private key is in it; root sees nothing of this trouble.",
};
