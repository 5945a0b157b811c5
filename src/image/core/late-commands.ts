import { quoted } from "../../base/quoted.ts";
import type { Login, PreseedOf, PreseedProfile } from "./preseed-profile.ts";

/**
 * What is done in the installed system before it starts for the first time. The installer writes these to its
 * log, which stays there: no secret may stand in them.
 */
export function lateCommands(profile: PreseedProfile, of: PreseedOf): string[] {
  return [
    ...keysFor("/root", "root", profile.root),
    ...userCommands(profile),
    ...networkCommands(profile, of),
    ...grubSpeaks(of),
    ...HOST_KEY_ON_CONSOLE,
    ...profile.lateCommands.map((command) => `in-target sh -c ${quoted(command)}`),
  ];
}

const write = (path: string, lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map(quoted).join(" ")} > /target${path}`;

function keysFor(home: string, owner: string, { sshKeys }: Login): string[] {
  if (sshKeys.length === 0) return [];
  return [
    `mkdir -p -m 700 /target${home}/.ssh`,
    write(`${home}/.ssh/authorized_keys`, sshKeys),
    `chroot /target chown -R ${owner}: ${home}/.ssh`,
  ];
}

function userCommands({ user }: PreseedProfile): string[] {
  if (user === undefined) return [];
  const { name, sudo, passwordHash } = user;
  const rule = `${name} ALL=(ALL) ${passwordHash === undefined ? "NOPASSWD: " : ""}ALL`;
  const maySudo = sudo
    ? [write(`/etc/sudoers.d/${name}`, [rule]), `chmod 440 /target/etc/sudoers.d/${name}`]
    : [];
  return [...keysFor(`/home/${name}`, name, user), ...maySudo];
}

/** The installer itself asks DHCP; what it leaves behind is the loopback, and this beside it. */
function networkCommands({ network }: PreseedProfile, { machine, mac }: PreseedOf): string[] {
  if (network.by === "dhcp") return [];
  const { addresses, gateway, nameServers } = network;
  return [
    "mkdir -p /target/etc/systemd/network /target/etc/network/interfaces.d",
    write("/etc/systemd/network/10-lan0.link", ["[Match]", `MACAddress=${mac}`, "[Link]", "Name=lan0"]),
    write("/etc/network/interfaces.d/lan0", [
      ...["auto lan0", "iface lan0 inet static"],
      ...[`address ${addresses[machine]}`, `gateway ${gateway}`],
    ]),
    write(
      "/etc/resolv.conf",
      nameServers.map((server) => `nameserver ${server}`),
    ),
    "in-target update-initramfs -u", // where the name of the network card is given first
  ];
}

/** The kernel got its console from the words after `---`; GRUB's menu is another matter. */
function grubSpeaks({ serial: { unit, speed, port } }: PreseedOf): string[] {
  if (port !== undefined) return []; // an ARM server's firmware has GRUB on its serial port already
  return [
    "mkdir -p /target/etc/default/grub.d",
    write("/etc/default/grub.d/rackhand.cfg", [
      'GRUB_TERMINAL="console serial"',
      `GRUB_SERIAL_COMMAND="serial --unit=${unit} --speed=${speed}"`,
    ]),
    "in-target update-grub",
  ];
}

/**
 * The installed system's ssh host key stands above its login prompt (agetty(8), issue.d), so that it is known before
 * anybody logs in. 76 columns: one line of a serial terminal.
 */
export const HOST_KEY_ON_CONSOLE: readonly string[] = [
  "mkdir -p /target/etc/issue.d",
  "(cd /target/etc && sed -n 's/^ssh-ed25519 \\([A-Za-z0-9+/=]*\\).*/sshkey: \\1/p' ssh/ssh_host_ed25519_key.pub" +
    " > issue.d/ssh-host-key.issue 2>/dev/null || true)",
];
