import type { Facts, Step } from "./rule.ts";

/** `speed` null: whatever the port has already. */
type Port = { readonly unit: number; readonly speed: number | null };

export const SERIAL_CAUSES = {
  "kernel-silent": "GRUB uses a serial port, and the kernel does not",
  "grub-unit": "GRUB speaks on another serial port than the kernel",
  "grub-speed": "GRUB speaks at another speed than the kernel",
  "no-getty": "no login prompt is on the kernel's serial port",
  "getty-speed": "the login prompt has another speed than the kernel",
  "sol-speed": "the BMC's Serial-over-LAN has another speed than the kernel's port",
} as const;

export function causeOf(kernel: readonly Port[], grub: Port | null, gettys: readonly Port[]) {
  if (kernel.length === 0) return "kernel-silent";
  const there = (port: Port) => kernel.filter(({ unit }) => unit === port.unit);
  const differs = (port: Port) => there(port).every(({ speed }) => speed !== null && speed !== port.speed);
  if (grub !== null && there(grub).length === 0) return "grub-unit";
  if (grub !== null && differs(grub)) return "grub-speed";
  const prompts = gettys.filter((getty) => there(getty).length > 0);
  if (prompts.length === 0) return "no-getty";
  return prompts.every((getty) => getty.speed !== null && differs(getty)) ? "getty-speed" : null;
}

/** The BMC tells its speed and not its port: one that is on, and at nobody's speed, shows noise. */
export function lanCause(kernel: readonly Port[], lines: readonly string[]): "sol-speed" | null {
  const kbps = /^sol Volatile Bit Rate \(kbps\): ([\d.]+)$/m.exec(lines.join("\n"))?.[1];
  if (kbps === undefined || !lines.includes("sol Enabled: true")) return null;
  const speed = Math.round(Number(kbps) * 1000);
  return kernel.every((port) => port.speed !== null && port.speed !== speed) ? "sol-speed" : null;
}

/** The kernel's default is 9600. */
export function kernelPort(line: string): Port[] {
  const match = /^kernel ttyS(\d+)(?:,(\d+))?/.exec(line);
  return match ? [{ unit: Number(match[1]), speed: Number(match[2] ?? 9600) }] : [];
}
export function activePort(line: string, _: number, lines: readonly string[]): Port[] {
  const unit = /^active ttyS(\d+)/.exec(line)?.[1];
  const isNamed = lines.some((other) => kernelPort(other).some((port) => port.unit === Number(unit)));
  return unit === undefined || isNamed ? [] : [{ unit: Number(unit), speed: null }];
}

/** GRUB's defaults are unit 0 and 9600; the last assignment counts; a port by address is one of the classic four. */
export function grubPort(lines: readonly string[]): Port | null {
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

export const gettys = (lines: readonly string[], init: Facts["init"] = "sysvinit"): Port[] =>
  lines.flatMap((line) => gettyPort(line, init));

function gettyPort(line: string, init: Facts["init"]): Port[] {
  const match = (init === "systemd" ? /^unit ttyS(\d+) (.*)/ : /^inittab .*?ttyS(\d+)(.*)/).exec(line);
  if (!match) return [];
  const isKept = /--keep-baud|\s-s\s/.test(line);
  const speed = isKept ? undefined : SPEED.exec(line.replace(/ttyS\d+/, ""))?.[0];
  return [{ unit: Number(match[1]), speed: speed === undefined ? null : Number(speed) }];
}

/** Where the kernel says which port and speed, and only a prompt is missing; systemd makes one unless told not to. */
export function prompt(lines: readonly string[]): Step[] {
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

/** The same under systemd, which makes a prompt for the kernel's port unless told not to, or at another speed. */
export function systemdPrompt(lines: readonly string[]): Step[] {
  const [port, ...more] = lines.flatMap(kernelPort);
  if (port === undefined || more.length > 0) return [];
  const tty = `ttyS${port.unit}`;
  const unit = `serial-getty@${tty}.service`;
  const cause = causeOf([port], grubPort(lines), gettys(lines, "systemd"));
  if (cause === "no-getty") {
    const [on, off] = lines.includes(`masked ${tty}`) ? ["unmask", "mask"] : ["enable", "disable"];
    const run = `systemctl ${on} ${unit} && systemctl start --no-block ${unit}`; // it waits for its device
    return [{ run, keeps: [], undo: `systemctl stop ${unit}; systemctl ${off} ${unit}` }];
  }
  const file = lines.find((line) => line.startsWith(`says ${tty} `))?.split(" ")[2] ?? "";
  if (cause !== "getty-speed" || !file.startsWith("/etc/") || !file.includes(`@${tty}.service`)) return [];
  // Who is logged in there stays so, and gets the right speed after that.
  const again = `systemctl daemon-reload; who | grep -q " ${tty} " || systemctl try-restart --no-block ${unit}`;
  return [
    { edit: file, by: (content) => content.replace(GETTY, (line) => line.replace(SPEED, `${port.speed}`)) },
    { run: again, keeps: [], undo: again },
  ];
}
const GETTY = /^ExecStart=.*getty.*$/gm;
const SPEED = /(?<![\w/])\d{4,6}(?!\w)/;
