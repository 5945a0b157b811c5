export type HandFile = { readonly path: string; readonly mode: number; readonly text: string };

/** What stands beside the hand in its image: its network, and the door that a rescue opens. */
export const HAND_UNITS: readonly HandFile[] = [
  {
    path: "usr/sbin/rackhand-net",
    mode: 0o755,
    text: String.raw`#!/bin/sh
# The cards that the machine is known by ask for an address; the others are only up, so that their link shows.
set -u
nics=$(sed -n 's/.*rackhand\.nics=\([0-9a-f:,]*\).*/\1/p' /proc/cmdline | tr , ' ')
mkdir -p /run/systemd/network
cat >/run/systemd/network/10-boot.network <<END
[Match]
Type=ether
${"$"}{nics:+MACAddress=$nics}
[Network]
DHCP=yes
[DHCPv4]
ClientIdentifier=mac
END
cat >/run/systemd/network/20-other.network <<END
[Match]
Type=ether
[Network]
LinkLocalAddressing=no
END
`,
  },
  {
    path: "etc/systemd/system/rackhand-net.service",
    mode: 0o644,
    text: `[Unit]
Description=The network of the live hand
Before=systemd-networkd.service
DefaultDependencies=no
After=systemd-tmpfiles-setup.service
[Service]
Type=oneshot
ExecStart=/usr/sbin/rackhand-net
[Install]
WantedBy=systemd-networkd.service
`,
  },
  {
    path: "etc/systemd/system/rackhand-hand.service",
    mode: 0o644,
    text: `[Unit]
Description=The live hand: asks for errands
After=systemd-networkd.service
[Service]
ExecStart=/usr/sbin/rackhand-hand
Restart=on-failure
KillMode=process
StandardOutput=journal+console
StandardError=journal+console
[Install]
WantedBy=multi-user.target
`,
  },
  {
    path: "etc/systemd/system/rackhand-door.service",
    mode: 0o644,
    text: `[Unit]
Description=The door that a rescue opens
[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D -e -f /etc/ssh/rackhand-door
`,
  },
  {
    path: "etc/ssh/rackhand-door",
    mode: 0o644,
    text: `PermitRootLogin prohibit-password
AllowUsers root
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
AuthorizedKeysFile /root/.ssh/authorized_keys
Subsystem sftp internal-sftp
`,
  },
];
