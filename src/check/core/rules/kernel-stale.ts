import type { Rule } from "../rule.ts";

export const kernelStale: Rule = {
  id: "kernel-stale",
  says: "The modules of the running kernel are still in /lib/modules",
  because:
    "after its package was removed nothing more can be loaded until a reboot: " +
    "a USB stick, a file system, a firewall rule fail oddly",
  sources: ["modprobe(8)", "apt-get(8), autoremove", "proc_sys_kernel(5), modules_disabled"],
  applies: ({ container }) => container === null || "a container runs on its host's kernel",
  probe: {
    withinMs: 1000,
    run: `[ -e /proc/version ] || { echo noproc; exit 0; }
[ -e /proc/modules ] || { echo static; exit 0; }
[ "$(cat /proc/sys/kernel/modules_disabled 2>/dev/null)" = 1 ] && echo locked
echo "loaded $(grep -c . /proc/modules)"
r=$(uname -r); echo "running $r"
for d in /lib/modules/*/; do
  d=\${d%/}; v=\${d##*/}; [ -d "$d" ] || continue
  one=$(find "$d/kernel/" -name '*.ko*' 2>/dev/null | head -n 1)
  if [ -n "$one" ]; then echo "modules $v"; else echo "remains $v"; fi
done
exit 0`,
  },
  judge({ out }) {
    const says = (key: string) =>
      [...out.matchAll(new RegExp(`^${key} ?(.*)$`, "gm"))].map(([, rest]) => rest ?? "");
    if (says("static").length > 0) return { is: "not-applicable", because: "this kernel knows no modules" };
    const [running] = says("running");
    if (running === undefined) return { is: "unknown", because: "/proc does not tell about modules" };
    const whole = says("modules");
    const evidence = [
      `running: ${running}`,
      `modules loaded: ${says("loaded")[0]}`,
      ...whole.map((version) => `in /lib/modules: ${version}`),
      ...says("remains").map((version) => `only remains in /lib/modules: ${version}`),
    ];
    if (whole.includes(running)) return { is: "pass", evidence };
    if (says("locked").length > 0)
      return { is: "not-applicable", because: "kernel.modules_disabled is 1: nothing is to be loaded" };
    if (says("loaded")[0] === "0")
      return { is: "not-applicable", because: "this kernel has loaded no module: all it needs is built in" };
    const cause = whole.length === 0 ? "none" : says("remains").includes(running) ? "remains" : "gone";
    return { is: "fail", cause, found: `${running} ${CAUSES[cause]}`, evidence };
  },
  remedy: ({ out }) => ({
    say: /^modules /m.test(out)
      ? "Reboot into the installed kernel. If that must wait, install the running kernel's package again."
      : "No kernel's modules are on the disk: install linux-image of its architecture before a reboot.",
    steps: [], // a reboot is for a person to time
  }),
};

const CAUSES = {
  gone: "runs, and its modules were removed: nothing more can be loaded",
  remains: "runs, and of its modules only what others put there is left: hardly anything can be loaded",
  none: "runs, and /lib/modules holds the modules of no kernel",
} as const;
