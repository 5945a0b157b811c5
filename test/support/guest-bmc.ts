import { lanConf, SUPERMICRO } from "./ipmi-sim.ts";

/**
 * A BMC by OpenIPMI that calls itself Supermicro's, and its LAN: the guest's card reaches it as 10.0.2.2. What ipmitool
 * cannot change in it, its page can, on 10.0.2.80: of each line said there, the words are the ways to log in.
 */
export const BMC = {
  "lan.conf": lanConf(
    623,
    { ours: "x1-y2-z3", ADMIN: "other-one-9" },
    ...["serial 15 127.0.0.1 9002 codec VM", 'sol "tcp:127.0.0.1:9003" 115200', 'chassis_control "true"'],
  ),
  "sim.emu": SUPERMICRO,
  page: `read -r auths; sed -i "s/^\\( *allowed_auths_admin\\) .*/\\1 $auths/" lan.conf; kill "$(cat sim)"; echo done
`,
} as const;

/** QEMU with these words and its BMC, in a network and among processes of their own: all end with it. */
export const BESIDE_BMC = `ip link set lo up; mkdir kept
while :; do ipmi_sim -c lan.conf -f sim.emu -s kept -n & echo $! >sim; wait $! || sleep 0.2; done >/dev/null 2>&1 </dev/null &
exec qemu-system-x86_64 "$@"`;

/** The guest's ends of it. */
export const BMC_DEVICES = [
  ...["-chardev", "socket,id=bmc,host=127.0.0.1,port=9002,reconnect=1"],
  ...["-device", "ipmi-bmc-extern,chardev=bmc,id=bmc0", "-device", "isa-ipmi-kcs,bmc=bmc0,irq=5"],
  ...["-netdev", "user,id=lan,guestfwd=tcp:10.0.2.80:80-cmd:sh page,hostfwd=tcp:127.0.0.1:22-:22"],
  ...["-device", "virtio-net-pci,netdev=lan,mac=52:54:00:12:34:56,romfile="],
] as const;
