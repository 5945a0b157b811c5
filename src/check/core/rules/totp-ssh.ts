import type { Rule, Verdict } from "../rule.ts";
import { TOTP_REMEDIES, type TotpCause, totpFlaws } from "../totp-flaws.ts";

export const totpSsh: Rule = {
  id: "totp-ssh",
  says: "Where ssh asks for a one-time code, it asks everybody who should be asked, and takes the right code",
  because:
    "a space for a comma, a group that is not there or `nullok` let people in without the code, without a word; a file's mode locks them out",
  sources: [
    "sshd_config(5), AuthenticationMethods, Include (the first value counts), PerSourcePenalties",
    "pam_succeed_if(8), notingroup; pam.conf(5), jumps",
    "google-authenticator-libpam, README.md and src/pam_google_authenticator.c",
  ],
  applies: () => true,
  probe: {
    withinMs: 3000,
    // Of secrets it tells only whether their lines are there. 192.0.2.1: somebody who comes from elsewhere.
    run: `[ -e /etc/pam.d/sshd ] && command -v sshd >/dev/null || { echo nosshd; exit 0; }
auth() {
  [ "$2" -lt 5 ] && sed 's/#.*//; s/[[:space:]][[:space:]]*/ /g' "/etc/pam.d/$1" 2>/dev/null | while read kind how rest; do
    case "$kind $how" in @include*) auth "$how" $(($2 + 1)) ;; *auth\\ include) auth "$rest" $(($2 + 1)) ;;
      auth*|-auth*) echo "auth $how $rest" ;; esac
  done
}
stack=$(auth sshd 0); line=$(printf '%s\\n' "$stack" | grep -m 1 pam_google_authenticator) || { echo nototp; exit 0; }
[ "$(id -u)" = 0 ] || { echo notroot; exit 0; }
printf '%s\\n' "$stack" | sed 's/secret=[^ ]*/secret=SET/'
printf '%s\\n' "$stack" | sed -n 's/.*user notingroup \\([^ ]*\\).*/\\1/p' | while read -r g; do
  w=missing; getent group "$g" >/dev/null && w=remote; grep -q "^$g:" /etc/group && w=local; echo "group $g $w"
done
all=$(sshd -T 2>&1) || { echo "refuses $(printf %s "$all" | tail -n 1)"; exit 0; }
keys='authenticationmethods|kbdinteractiveauthentication|passwordauthentication'
printf '%s\\n' "$all" | sed -n -E "s/^($keys|usepam|permitrootlogin|allowusers|allowgroups|persource.*) /sshd &/p"
grep -inHE "^[[:space:]]*($keys|challengeresponse.*|usepam)" /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config 2>/dev/null | sed 's/^/set /'
secret=$(printf '%s' "$line" | sed -n 's/.*secret=\\([^] ]*\\).*/\\1/p')
grep -qriE '^[[:space:]]*match[[:space:]]' /etc/ssh/sshd_config /etc/ssh/sshd_config.d 2>/dev/null && match=yes || match=
getent passwd | awk -F: '$7 !~ /(nologin|false|sync)$/ && ($3 >= 1000 && $3 != 65534 || $3 == 0) { print $1, $3, $6 }' |
  head -n 31 | while read -r u id home; do
  f=$(printf %s "\${secret:-~/.google_authenticator}" | sed "s|^~|$home|; s|\\\${HOME}|$home|; s|%h|$home|; s|\\\${USER}|$u|; s|%u|$u|")
  is=file=missing; [ -e "$f" ] && is=file=odd
  [ -f "$f" ] && is="file=there $(stat -L -c 'mode=%a owner=%u size=%s' "$f") $(awk 'NR == 1 && !/^[A-Za-z0-8 -]+\\r?$/ { b = 1 }
    /^" (TOTP_AUTH|HOTP_COUNTER)/ { t = 1 } /^" (DISALLOW_REUSE|HOTP_COUNTER)/ { r = 1 } /^" TIME_SKEW -?[1-9]/ { s = 1 }
    /^" RATE_LIMIT 0/ { z = 1 } END { printf "secret=%s method=%d once=%d skew=%d rate=%s", b ? "bad" : "ok", t, r, s, z ? "zero" : "ok" }' "$f")"
  n=0; for t in "$f"~??????; do [ -e "$t" ] && n=$((n + 1)); done
  its=$all; [ -z "$match" ] || its=$(sshd -T -C "user=$u,host=elsewhere.invalid,addr=192.0.2.1" 2>/dev/null)
  printf '%s\\n' "$its" | sed -n -E "s/^($keys) /\\1=/p" | sort -r | tr '\\n' ' ' |
    sed "s|^|user $u uid=$id groups=$(id -Gn "$u" | tr ' ' ,) $is left=$n |; s|$|\\n|"
done
echo looked`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    const known = NOT_HERE[lines[0] ?? ""];
    if (known !== undefined) return known;
    const refused = lines.find((line) => line.startsWith("refuses "));
    if (refused?.includes("privilege separation directory"))
      return { is: "unknown", because: `sshd does not run here: ${refused.slice(8)}` };
    if (refused !== undefined)
      return fail("sshd-refuses", `sshd ends at its next start: ${refused.slice(8)}`, lines);
    if (lines.at(-1) !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const [worst, ...others] = totpFlaws(lines);
    const notes = isPenal(lines) ? [PENAL] : [];
    if (worst !== undefined) return fail(...worst, [...others.map(([, found]) => found), ...notes, ...lines]);
    if (lines.filter((line) => line.startsWith("user ")).length > 30)
      return { is: "unknown", because: "it has more than 30 users, and only these were looked at" };
    return { is: "pass", evidence: [...notes, ...lines] };
  },
  remedy: (heard, facts) => {
    const verdict = totpSsh.judge(heard, facts);
    return { say: verdict.is === "fail" ? TOTP_REMEDIES[verdict.cause as TotpCause] : "", steps: [] }; // a slip here locks everybody out
  },
};

/** OpenSSH 9.8 and later. */
const isPenal = (lines: readonly string[]): boolean =>
  lines.some((line) => line.startsWith("sshd persourcepenalties crash")) &&
  lines.includes("sshd persourcepenaltyexemptlist none");
const PENAL =
  "wrong codes from one address shut out everybody behind it for a while: PerSourcePenaltyExemptList names no address of yours";
const NOT_HERE: Readonly<Record<string, Verdict>> = {
  nosshd: { is: "not-applicable", because: "there is no sshd with PAM" },
  nototp: { is: "not-applicable", because: "ssh asks for no one-time code by pam_google_authenticator" },
  notroot: { is: "unknown", because: "only root can see the users' files and what sshd makes of its own" },
};
const fail = (cause: TotpCause, found: string, evidence: readonly string[]): Verdict => ({
  is: "fail",
  cause,
  found,
  evidence,
});
