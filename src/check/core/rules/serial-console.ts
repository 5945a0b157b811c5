import type { Rule } from "../rule.ts";
import {
  activePort,
  causeOf,
  gettys,
  grubPort,
  kernelPort,
  lanCause,
  prompt,
  SERIAL_CAUSES,
  systemdPrompt,
} from "../serial-ports.ts";

export const serialConsole: Rule = {
  id: "serial-console",
  says: "GRUB, the kernel and a login prompt speak on the same serial port, and the BMC's Serial-over-LAN at their speed",
  because:
    "one of them on another port or speed is silence or noise, seen only on the day that needs the console",
  sources: [
    "kernel: Documentation/admin-guide/serial-console.rst",
    "GRUB manual, serial and GRUB_SERIAL_COMMAND",
    "systemd-getty-generator(8)",
    "inittab(5)",
    "IPMI 2.0 specification, 26.3 and table 26-5, SOL enable and SOL bit rate",
  ],
  applies: ({ init, container }) => {
    if (container !== null) return "a container has no serial port of its own";
    return init === "systemd" || init === "sysvinit" || `where ${init} keeps its login prompts is not known`;
  },
  probe: {
    // ipmitool's `sol info` asks more, and from the host itself ends without a word where a BMC has not all of it
    withinMs: 3000, // with a BMC to ask, from the host itself; else a tenth of it
    run: `[ -r /proc/cmdline ] || echo nocmdline
[ -r /proc/cmdline ] && tr ' ' '\\n' </proc/cmdline | sed -n 's/^console=ttyS/kernel ttyS/p'
tr ' ' '\\n' 2>/dev/null </sys/class/tty/console/active | sed -n 's/^ttyS/active &/p'
[ -e /dev/ipmi0 ] && grep -q console=ttyS /proc/cmdline && command -v ipmitool >/dev/null && {
  timeout 1 ipmitool raw 0x0c 0x22 0x0e 1 0 0 2>/dev/null | sed -n 's/^ .. .1$/true/; s/^ .. .0$/false/; s/^[tf]/sol Enabled: &/p'
  timeout 1 ipmitool raw 0x0c 0x22 0x0e 6 0 0 2>/dev/null |
    sed -n 's/^ .. .6$/9.6/; s/^ .. .7$/19.2/; s/^ .. .8$/38.4/; s/^ .. .9$/57.6/; s/^ .. .a$/115.2/; s/^[1-9].*/sol Volatile Bit Rate (kbps): &/p'
}
cat /etc/default/grub /etc/default/grub.d/*.cfg 2>/dev/null | sed -n 's/^[[:space:]]*\\(GRUB_TERMINAL[A-Z_]*=\\|GRUB_SERIAL_COMMAND=\\)/grub \\1/p'
level=$(sed -n 's/^[^#:]*:\\([0-9]\\):initdefault:.*/\\1/p' /etc/inittab 2>/dev/null)
sed -n "s/^[^#:]*:[0-9]*\${level:-2}[0-9]*:respawn:\\(.*getty.*ttyS[0-9].*\\)/inittab \\1/p" /etc/inittab 2>/dev/null
for f in /etc/systemd/system/serial-getty@ttyS*.service; do
  t=\${f##*@}; [ "$(readlink "$f")" = /dev/null ] && echo "masked \${t%.service}"
done
for u in /etc/systemd/system/getty.target.wants /etc/systemd/system/multi-user.target.wants /run/systemd/generator/getty.target.wants; do
  for f in $u/*getty@ttyS*.service; do
    [ -L "$f" ] || continue
    n=\${f##*/}; t=\${n#*@}; t=\${t%.service}; e=$f
    [ "$(readlink /etc/systemd/system/$n)" = /dev/null ] && continue
    [ -e /etc/systemd/system/$n ] && e=/etc/systemd/system/$n
    all=$(grep -H '^ExecStart=.*getty' "$e" /etc/systemd/system/\${n%%@*}@.service.d/*.conf /etc/systemd/system/$n.d/*.conf 2>/dev/null)
    all=$(printf '%s\\n' "$all" | tail -n 1); echo "unit $t \${all#*:}"; echo "says $t \${all%%:*}"
  done
done
echo looked`,
  },
  judge({ out }, { init }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines.pop() !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    if (lines.includes("nocmdline"))
      return { is: "unknown", because: "the kernel's command line is not to be read" };
    const kernel = [...lines.flatMap(kernelPort), ...lines.flatMap(activePort)];
    const grub = grubPort(lines);
    if (kernel.length === 0 && grub === null)
      return { is: "not-applicable", because: "neither the kernel nor GRUB uses a serial port" };
    const cause = causeOf(kernel, grub, gettys(lines, init)) ?? lanCause(kernel, lines);
    if (cause === null) return { is: "pass", evidence: lines };
    return { is: "fail", cause, found: SERIAL_CAUSES[cause], evidence: lines };
  },
  remedy: (heard, facts) => {
    const verdict = serialConsole.judge(heard, facts);
    const isLan = verdict.is === "fail" && verdict.cause === "sol-speed";
    const steps = facts.init === "sysvinit" ? prompt : systemdPrompt;
    return { say: isLan ? SAY_LAN : SAY, steps: steps(heard.out.split("\n")) }; // which port the cable is in, a person knows
  },
};

const SAY =
  'Choose one port and speed. In /etc/default/grub say `console=ttyS1,115200n8` in GRUB_CMDLINE_LINUX and the same in GRUB_SERIAL_COMMAND="serial --unit=1 --speed=115200", run `update-grub`; then `systemctl enable --now serial-getty@ttyS1`, or in /etc/inittab `T1:23:respawn:/sbin/getty -L ttyS1 115200 vt100` and `telinit q`.';
const SAY_LAN =
  "If that port is the BMC's: `ipmitool sol set volatile-bit-rate 115.2` and `non-volatile-bit-rate 115.2` (the kernel's speed), and the same speed in the firmware's console redirection. If the cable goes elsewhere, `ipmitool sol set enabled false` says so.";
