import { type RackMachine, solPortOf } from "./layout.ts";

/** Who ipmi_sim asks about power and boot device; both paths are relative to the rack's directory. */
export const CHASSIS_SOCKET = "chassis.sock";
export const CHASSIS_PROGRAM = "chassis.pl";

/**
 * lan.conf of one BMC (ipmi_lan(5); chassis_control is not in that page: lanserv/config.c). SOL goes over
 * plain tcp: in telnet mode lanserv/sol.c acknowledges bytes that did not fit its buffer.
 */
export const lanConf = (machine: RackMachine): string => `name "${machine.name}"
set_working_mc 0x20
startlan 1
  addr ${machine.bmc.address} ${machine.bmc.port}
  priv_limit admin
  allowed_auths_admin md5
  guid ${machine.uuid.replaceAll("-", "")}
endlan
user 1 false "" "" user 10 md5
user 2 true "${machine.bmc.user}" "${machine.bmc.password}" admin 10 md5
chassis_control "perl ${CHASSIS_PROGRAM} ${machine.name}"
sol "tcp:127.0.0.1:${solPortOf(machine)}" 115200
`;

/** The commands that give the simulator its one management controller (ipmi_sim_cmd(5)). */
export const SIM_COMMANDS = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
sel_enable 0x20 1000 0x0a
mc_enable 0x20
`;

/** Called as \`perl chassis.pl m1 get power\`: perl is in every Debian and starts in 10 ms. */
export const CHASSIS_SCRIPT = `use strict;
use IO::Socket::UNIX;
my $rack = IO::Socket::UNIX->new(Peer => "${CHASSIS_SOCKET}")
  or do { print "the rack does not answer\\n"; exit 1 };
$rack->print(join(" ", @ARGV), "\\n");
my ($failed, @answer) = <$rack>;
print @answer;
exit($failed ? int($failed) : 1);
`;
