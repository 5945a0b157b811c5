import { BMC_CAUSES, BMC_ORDER, DEFAULT_PASSWORDS } from "../bmc-causes.ts";
import type { Rule } from "../rule.ts";

export const bmcDefaults: Rule = {
  id: "bmc-defaults",
  says: "The BMC lets nobody in over the network without a password",
  because:
    "cipher suite 0 takes any password for a user that is known by name, and an anonymous user or " +
    "authentication type NONE wants none: power, console and boot of the host are everybody's",
  sources: [
    "IPMI 2.0 specification, 22.15.1, 22.19 and 13.31 (RAKP 2), RAKP-none",
    "CVE-2013-4782 and its like",
    "ipmitool(1), lan, channel and delloem lan get; vendors' manuals for the passwords that they ship",
  ],
  applies: ({ container }) => container === null || "a container has no BMC",
  probe: {
    withinMs: 12_000, // a BMC answers each question in up to 100 ms
    run: `for d in /dev/ipmi0 /dev/ipmi/0 /dev/ipmidev/0; do [ -e $d ] && dev=$d; done
[ -n "$dev" ] || { echo nodev; exit 0; }
command -v ipmitool >/dev/null || { echo notool; exit 0; }
for c in 1 2 3 8; do ipmitool channel info $c 2>/dev/null | grep -q '802.3 LAN' && break; c=; done
[ -n "$c" ] || { echo nolan; ipmitool mc info 2>&1 | sed -n 1p; exit 0; }
echo "channel $c"
ipmitool channel info $c | sed -n 's/^ *\\(Access Mode *:.*\\)/\\1/p' | head -n 1
ipmitool lan print $c | grep -E '^(Auth Type Enable|  *: (Callback|User|Operator|Admin|OEM) |IP Address  |802.1q VLAN ID|RMCP\\+ Cipher|Cipher Suite Priv)'
ipmitool channel getaccess $c 1 | sed -n 's/^\\(User Name\\|Access Available\\|IPMI Messaging\\|Privilege Level\\|Enable Status\\) *: */user \\1: /p'
maker=$(ipmitool mc info | sed -n 's/^Manufacturer ID  *: *\\([0-9]*\\).*/\\1/p'); echo "maker $maker"
case $maker in
  10876|47488) ipmitool raw 0x30 0x70 0x0c 0 2>&1 | sed -n 's/^ *0\\([0-2]\\)$/port supermicro \\1/p' ;;
  674) ipmitool delloem lan get 2>/dev/null | sed -n '1s/^/port dell /p' ;;
esac
# One login an account. The BMC proves itself first (RAKP 2), so a wrong password is noticed here,
# and counted nowhere.
at=$(ipmitool lan print $c | sed -n 's/^IP Address  *: *//p')
case $MAY in *passwords*) ipmitool user list $c | awk 'NR > 1 && $5 == "true" && $0 !~ /NO ACCESS/ { print $1, $2 }' |
  while read -r id name; do
    case $maker/$name in
      ${DEFAULT_PASSWORDS}
      *) continue ;;
    esac
    said=$(IPMI_PASSWORD=$w timeout 4 ipmitool -I lanplus -H "$at" -U "$name" -E -C 3 -N 1 -R 1 -v mc info 2>&1 </dev/null)
    case $said in *'Device ID'*) is=default ;; *'RAKP 2 HMAC is invalid'*) is=other ;; *) is=untold ;; esac
    echo "try $id $name $is"
  done ;; esac
echo looked`,
  },
  judge({ out }) {
    if (/^nodev$/m.test(out)) return { is: "not-applicable", because: "the kernel sees no BMC (/dev/ipmi0)" };
    if (/^notool$/m.test(out)) return { is: "unknown", because: "ipmitool is not installed" };
    if (/^nolan$/m.test(out))
      return { is: "unknown", because: "the BMC told of no channel that is a LAN: ipmitool wants root" };
    if (!/^looked$/m.test(out))
      return { is: "unknown", because: "the BMC did not answer all questions in time" };
    const evidence = out.split("\n").filter((line) => line !== "" && line !== "looked");
    if (/Access Mode *: disabled$/m.test(out)) return { is: "pass", evidence };
    const causes = BMC_ORDER.filter((cause) => BMC_CAUSES[cause].is(out));
    const untold = /^try \d+ (.*) untold$/m.exec(out)?.[1];
    if (causes[0] === undefined && untold !== undefined)
      return {
        is: "unknown",
        because: `no login of ${untold} at the BMC came to an answer, so whether its password is as shipped is not known`,
      };
    if (causes[0] === undefined) return { is: "pass", evidence };
    return {
      is: "fail",
      cause: causes[0],
      found: causes.map((cause) => BMC_CAUSES[cause].says).join("; "),
      evidence,
    };
  },
  remedy: ({ out }) => {
    const channel = /^channel (\d+)$/m.exec(out)?.[1] ?? "1";
    return {
      say: [
        ...BMC_ORDER.filter((cause) => BMC_CAUSES[cause].is(out)).map((cause) =>
          BMC_CAUSES[cause].mend(channel, out),
        ),
        "Then give every user a password of its own, and the BMC a network of its own.",
      ].join(" "),
      steps: [], // who may use the BMC is for a person to say
    };
  },
};
