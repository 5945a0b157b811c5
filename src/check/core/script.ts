import { quoted } from "../../base/quoted.ts";
import type { Consent, Rule } from "./rule.ts";

/** Of a probe's stdout, and of its stderr; the facts hold the names of all packages. */
export const MOST_OUT = 64 * 1024;
export const MOST_ERR = 4 * 1024;
const MOST_FACTS = 512 * 1024;
const FACTS_WITHIN_MS = 10_000;

/**
 * Run as argv, it reads the script from its input: as root where the login or `sudo -n` allows it. What is secret in
 * the script, the mark of its frames, is on no command line.
 */
export const LADDER =
  "if [ $(id -u) != 0 ] && sudo -n true </dev/null >/dev/null 2>&1; then exec sudo -n sh -s; else exec sh -s; fi";

/**
 * One script that asks for the facts and runs all probes, each in a shell of its own. A frame stands on both
 * streams before each; its status follows on stderr. `timeout` ends one that hangs with its children; one
 * that even KILL does not end, for it hangs in the kernel (a disk that has died), is left behind and has no
 * status. So has one that was ended where there is no `timeout`. Nothing is written to any disk. $MAY: what
 * was agreed to.
 */
export function scriptOf(rules: readonly Rule[], mark: string, may: readonly Consent[] = []): string {
  const probes = rules.map(({ id, probe }) => call(id, probe.withinMs, MOST_OUT, probe.run));
  const head = PRELUDE.replace("MARK", mark).replace("CONSENTS", ` ${may.join(" ")} `);
  return [head, call("", FACTS_WITHIN_MS, MOST_FACTS, FACTS), ...probes, "kill $K", ""].join("\n");
}

const call = (id: string, withinMs: number, most: number, run: string): string =>
  `p '${id}' ${Math.max(1, Math.ceil(withinMs / 1000))} ${most} ${quoted(run)}`;

const PRELUDE = `LC_ALL=C; PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; MAY='CONSENTS'; export LC_ALL PATH MAY
unset LANGUAGE ENV BASH_ENV CDPATH
N=MARK
if timeout 5 true 2>/dev/null; then T="timeout -k 1"; else T=; fi
trap 't=$((t + 1))' USR1
( while sleep 1; do kill -USR1 $$ || exit; done ) </dev/null >/dev/null 2>&1 & K=$!
p() {
  printf '\\n%s > %s\\n' "$N" "$1"; printf '\\n%s > %s\\n' "$N" "$1" >&2
  { { { { \${T:+$T "$2"} sh -c "$4" </dev/null 2>&1 >&3 3>&- 4>&-; printf '\\n%s = %s\\n' "$N" "$?" >&4; } |
    head -c ${MOST_ERR} >&2; } 3>&1 4>&2 | head -c "$3"; } 2>&2; } &
  w=$!; t=0
  while wait $w; kill -0 $w 2>/dev/null; do [ $t -lt $(($2 + 3)) ] || { e $w; break; }; done
}
e() ( for s in /proc/[0-9]*/stat; do read -r c _ _ q _ <$s && [ "$q" = "$1" ] && e "$c"; done; kill -9 "$1" ) 2>/dev/null`;

const FACTS = `( . /etc/os-release && printf 'id %s\\nversionId %s\\n' "$ID" "$VERSION_ID" ) 2>/dev/null
printf 'kernel %s\\narch %s\\nuid %s\\ntime %s\\n' "$(uname -r)" "$(uname -m)" "$(id -u)" "$(date +%s)"
one=$(cat /proc/1/comm 2>/dev/null); init=none
case $one in
  systemd) init=systemd ;;
  init) init=sysvinit; [ -d /run/openrc ] && init=openrc ;;
  openrc-init) init=openrc ;;
  runit|s6-svscan|finit|dinit|shepherd) init=other ;;
esac
printf 'init %s\\n' "$init"
if virt=$(systemd-detect-virt -c 2>/dev/null) && [ "$virt" != none ]; then printf 'container %s\\n' "$virt"
elif [ -e /run/.containerenv ]; then echo container podman
elif [ -e /.dockerenv ]; then echo container docker
fi
dpkg-query -W -f '\${db:Status-Abbrev} \${Package} \${Version}\\n' 2>/dev/null | sed -n 's/^[hi]i  */package /p'`;
