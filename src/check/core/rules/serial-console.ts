import type { Facts, Rule, Step } from "../rule.ts";

export const serialConsole: Rule = {
  id: "serial-console",
  says: "GRUB, the kernel and a login prompt speak on the same serial port at the same speed",
  because:
    "one of the three on another port or speed is silence or noise, seen only on the day that needs the console",
  sources: [
    "kernel: Documentation/admin-guide/serial-console.rst",
    "GRUB manual, serial and GRUB_SERIAL_COMMAND",
    "systemd-getty-generator(8)",
    "inittab(5)",
  ],
  applies: ({ init, container }) => {
    if (container !== null) return "a container has no serial port of its own";
    return init === "systemd" || init === "sysvinit" || `where ${init} keeps its login prompts is not known`;
  },
  probe: {
    withinMs: 1000,
    run: `[ -r /proc/cmdline ] || echo nocmdline
[ -r /proc/cmdline ] && tr ' ' '\\n' </proc/cmdline | sed -n 's/^console=ttyS/kernel ttyS/p'
tr ' ' '\\n' 2>/dev/null </sys/class/tty/console/active | sed -n 's/^ttyS/active &/p'
cat /etc/default/grub /etc/default/grub.d/*.cfg 2>/dev/null | sed -n 's/^[[:space:]]*\\(GRUB_TERMINAL[A-Z_]*=\\|GRUB_SERIAL_COMMAND=\\)/grub \\1/p'
level=$(sed -n 's/^[^#:]*:\\([0-9]\\):initdefault:.*/\\1/p' /etc/inittab 2>/dev/null)
sed -n "s/^[^#:]*:[0-9]*\${level:-2}[0-9]*:respawn:\\(.*getty.*ttyS[0-9].*\\)/inittab \\1/p" /etc/inittab 2>/dev/null
for u in /etc/systemd/system/getty.target.wants /etc/systemd/system/multi-user.target.wants /run/systemd/generator/getty.target.wants; do
  for f in $u/*getty@ttyS*.service; do
    [ -L "$f" ] || continue
    n=\${f##*/}; t=\${n#*@}; t=\${t%.service}; e=$f
    [ "$(readlink /etc/systemd/system/$n)" = /dev/null ] && { echo "masked $t"; continue; }
    [ -e /etc/systemd/system/$n ] && e=/etc/systemd/system/$n
    echo "unit $t $(cat "$e" /etc/systemd/system/\${n%%@*}@.service.d/*.conf /etc/systemd/system/$n.d/*.conf 2>/dev/null | grep '^ExecStart=.*getty' | tail -n 1)"
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
    const cause = causeOf(kernel, grub, gettys(lines, init));
    if (cause === null) return { is: "pass", evidence: lines };
    return { is: "fail", cause, found: CAUSES[cause], evidence: lines };
  },
  remedy: ({ out }, { init }) => ({
    say: 'Choose one port and speed. In /etc/default/grub say `console=ttyS1,115200n8` in GRUB_CMDLINE_LINUX and the same in GRUB_SERIAL_COMMAND="serial --unit=1 --speed=115200", run `update-grub`; then `systemctl enable --now serial-getty@ttyS1`, or in /etc/inittab `T1:23:respawn:/sbin/getty -L ttyS1 115200 vt100` and `telinit q`.',
    steps: init === "sysvinit" ? prompt(out.split("\n")) : [], // else which port the cable is in, a person knows
  }),
};

/** Where the kernel says which port and speed, and only a prompt is missing; systemd makes one unless told not to. */
function prompt(lines: readonly string[]): Step[] {
  const [port, ...more] = lines.flatMap(kernelPort);
  const isMissing = port !== undefined && causeOf([port], grubPort(lines), gettys(lines)) === "no-getty";
  if (!isMissing || more.length > 0) return [];
  const { unit, speed } = port;
  const entry = (id: string) => `${id}${unit}:23:respawn:/sbin/getty -L ttyS${unit} ${speed} vt100\n`;
  const id = (content: string) => ["T", "S", "G"].find((one) => !content.includes(`\n${one}${unit}:`)) ?? "T";
  const end = (content: string) => (content.endsWith("\n") ? "" : "\n");
  const reread = "[ ! -p /run/initctl ] || telinit q";
  return [
    { edit: "/etc/inittab", by: (content) => `${content}${end(content)}${entry(id(content))}` },
    { run: reread, keeps: [], undo: reread },
  ];
}

/** `speed` null: whatever the port has already. */
type Port = { readonly unit: number; readonly speed: number | null };

const CAUSES = {
  "kernel-silent": "GRUB uses a serial port, and the kernel does not",
  "grub-unit": "GRUB speaks on another serial port than the kernel",
  "grub-speed": "GRUB speaks at another speed than the kernel",
  "no-getty": "no login prompt is on the kernel's serial port",
  "getty-speed": "the login prompt has another speed than the kernel",
} as const;

function causeOf(kernel: readonly Port[], grub: Port | null, gettys: readonly Port[]) {
  if (kernel.length === 0) return "kernel-silent";
  const there = (port: Port) => kernel.filter(({ unit }) => unit === port.unit);
  const differs = (port: Port) => there(port).every(({ speed }) => speed !== null && speed !== port.speed);
  if (grub !== null && there(grub).length === 0) return "grub-unit";
  if (grub !== null && differs(grub)) return "grub-speed";
  const prompts = gettys.filter((getty) => there(getty).length > 0);
  if (prompts.length === 0) return "no-getty";
  return prompts.every((getty) => getty.speed !== null && differs(getty)) ? "getty-speed" : null;
}

/** The kernel's default is 9600. */
function kernelPort(line: string): Port[] {
  const match = /^kernel ttyS(\d+)(?:,(\d+))?/.exec(line);
  return match ? [{ unit: Number(match[1]), speed: Number(match[2] ?? 9600) }] : [];
}
function activePort(line: string, _: number, lines: readonly string[]): Port[] {
  const unit = /^active ttyS(\d+)/.exec(line)?.[1];
  const isNamed = lines.some((other) => kernelPort(other).some((port) => port.unit === Number(unit)));
  return unit === undefined || isNamed ? [] : [{ unit: Number(unit), speed: null }];
}

/** GRUB's defaults are unit 0 and 9600; the last assignment counts; a port by address is one of the classic four. */
function grubPort(lines: readonly string[]): Port | null {
  const last = (name: string) => lines.findLast((line) => line.startsWith(`grub ${name}=`)) ?? "";
  if (!TERMINALS.some((name) => /\bserial\b/.test(last(name)))) return null;
  const command = last("GRUB_SERIAL_COMMAND");
  if (/\befi\d|--(?:port=)?(?:mmio|pci)/.test(command)) return null;
  const port = ADDRESSES.indexOf(/--port[= ]0x([0-9a-f]+)/i.exec(command)?.[1]?.toLowerCase() ?? "");
  const unit = /--unit[= ](\d+)/.exec(command)?.[1] ?? Math.max(port, 0);
  return { unit: Number(unit), speed: Number(/--speed[= ](\d+)/.exec(command)?.[1] ?? 9600) };
}
const TERMINALS = ["GRUB_TERMINAL", "GRUB_TERMINAL_INPUT", "GRUB_TERMINAL_OUTPUT"];
const ADDRESSES = ["3f8", "2f8", "3e8", "2e8"];

const gettys = (lines: readonly string[], init: Facts["init"] = "sysvinit"): Port[] =>
  lines.flatMap((line) => gettyPort(line, init));

function gettyPort(line: string, init: Facts["init"]): Port[] {
  const match = (init === "systemd" ? /^unit ttyS(\d+) (.*)/ : /^inittab .*?ttyS(\d+)(.*)/).exec(line);
  if (!match) return [];
  const isKept = /--keep-baud|\s-s\s/.test(line);
  const speed = isKept ? undefined : /(?<![\w/])(\d{4,6})(?!\w)/.exec(line.replace(/ttyS\d+/, ""))?.[1];
  return [{ unit: Number(match[1]), speed: speed === undefined ? null : Number(speed) }];
}
