import type { Rule } from "../rule.ts";

export const init: Rule = {
  id: "init",
  says: "The init that runs is the one that boots next time, and every service that is enabled has somebody to start it",
  because:
    "a dependency exchanges the init unnoticed until the next boot; under sysvinit a package that brings only a systemd unit is installed, enabled, and never runs",
  sources: [
    "init(8) of sysvinit; systemd(1)",
    "https://www.debian.org/vote/2019/vote_002: packages need not support other inits",
    "package orphan-sysvinit-scripts: scripts that packages have dropped",
  ],
  applies({ init }) {
    if (init === "none") return "nothing was booted here: process 1 is no init";
    return init === "systemd" || init === "sysvinit" || `how ${init} starts services is not known here`;
  },
  probe: {
    withinMs: 2000,
    // Only what is sure is told: a daemon that is enabled, without conditions, has no script, and does not run.
    run: `echo "runs $(cat /proc/1/comm 2>/dev/null)"
echo "next $(readlink -f /sbin/init)"
[ -e /run/systemd/container ] || tr ' ' '\\n' 2>/dev/null </proc/cmdline | sed -n 's/^init=/told /p'
[ "$(cat /proc/1/comm 2>/dev/null)" = systemd ] && { echo looked; exit 0; }
[ "$(id -u)" = 0 ] || { echo notroot; exit 0; }
running=$({ ls -l /proc/[0-9]*/exe | sed -n 's/.* -> //p'; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; } 2>/dev/null)
for w in /etc/systemd/system/*.target.wants/*.service; do
  n=\${w##*/}; n=\${n%.service}
  case $n in *@*|systemd-*) continue ;; esac
  [ -e "$w" ] && [ ! -e "/etc/init.d/$n" ] || continue
  grep -qE '^(Type=(oneshot|dbus)|Condition|Assert|BusName=)' "$w" && continue
  exe=$(sed -n 's/^ExecStart=[-@:+!]*\\([^ ]*\\).*/\\1/p' "$w" | head -n 1)
  [ -x "$exe" ] || continue
  if printf '%s\\n' "$running" | grep -Fq -e "$(readlink -f "$exe")" -e "$exe"; then echo "other $n $exe"; else echo "idle $n $exe"; fi
done
echo looked`,
  },
  judge({ out }, { init }) {
    const lines = out.split("\n").filter((line) => line !== "");
    const next = lines.find((line) => line.startsWith("next "))?.slice(5) ?? "";
    const coming = next.endsWith("/systemd")
      ? "systemd"
      : /^(\/usr)?\/sbin\/init$/.test(next)
        ? "sysvinit"
        : null;
    const isTold = lines.some((line) => line.startsWith("told "));
    if (coming !== null && coming !== init && !isTold)
      return {
        is: "fail",
        cause: "next-boot",
        found: `${init} runs, and the next boot starts ${coming}`,
        evidence: lines,
      };
    if (lines.includes("notroot"))
      return { is: "unknown", because: "only root sees which programs run under sysvinit" };
    if (lines.at(-1) !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    const idle = lines.flatMap((line) => /^idle (\S+)/.exec(line)?.[1] ?? []);
    if (idle.length === 0) return { is: "pass", evidence: lines };
    return {
      is: "fail",
      cause: "not-started",
      found: `enabled for systemd only, and not running: ${idle.join(", ")}`,
      evidence: lines,
    };
  },
  remedy(heard, facts) {
    const verdict = init.judge(heard, facts);
    const keeps = facts.init === "systemd" ? "systemd-sysv" : "sysvinit-core";
    return {
      say:
        verdict.is === "fail" && verdict.cause === "next-boot"
          ? `Decide before the next boot: \`apt-get install --simulate ${keeps}\` shows what it takes to keep ${facts.init}. After a change of init, run the checks again: other rules apply.`
          : "Look whether the package orphan-sysvinit-scripts has a script for it, or write one to /etc/init.d (init-d-script(5)) and run `update-rc.d NAME defaults`; if the service is not wanted, remove its package.",
      steps: [], // which init a host has is its people's choice
    };
  },
};
