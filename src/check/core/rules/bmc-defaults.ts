import type { Rule } from "../rule.ts";

export const bmcDefaults: Rule = {
  id: "bmc-defaults",
  says: "The BMC lets nobody in over the network without a password",
  because:
    "cipher suite 0 takes any password for a user that is known by name, and an anonymous user or " +
    "authentication type NONE wants none: power, console and boot of the host are everybody's",
  sources: [
    "IPMI 2.0 specification, 22.15.1 and 22.19, RAKP-none",
    "CVE-2013-4782 and its like",
    "ipmitool(1), lan and channel",
  ],
  applies: ({ container }) => container === null || "a container has no BMC",
  probe: {
    withinMs: 8000, // a BMC answers each question in up to 100 ms
    run: `for d in /dev/ipmi0 /dev/ipmi/0 /dev/ipmidev/0; do [ -e $d ] && dev=$d; done
[ -n "$dev" ] || { echo nodev; exit 0; }
command -v ipmitool >/dev/null || { echo notool; exit 0; }
for c in 1 2 3 8; do ipmitool channel info $c 2>/dev/null | grep -q '802.3 LAN' && break; c=; done
[ -n "$c" ] || { echo nolan; ipmitool mc info 2>&1 | sed -n 1p; exit 0; }
echo "channel $c"
ipmitool channel info $c | sed -n 's/^ *\\(Access Mode *:.*\\)/\\1/p' | head -n 1
ipmitool lan print $c | grep -E '^(Auth Type Enable|  *: (Callback|User|Operator|Admin|OEM) |IP Address  |802.1q VLAN ID|RMCP\\+ Cipher|Cipher Suite Priv)'
ipmitool channel getaccess $c 1 | sed -n 's/^\\(User Name\\|Access Available\\|IPMI Messaging\\|Privilege Level\\|Enable Status\\) *: */user \\1: /p'
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
    const causes = ORDER.filter((cause) => CAUSES[cause].is(out));
    if (causes[0] === undefined) return { is: "pass", evidence };
    return {
      is: "fail",
      cause: causes[0],
      found: causes.map((cause) => CAUSES[cause].says).join("; "),
      evidence,
    };
  },
  remedy: ({ out }) => {
    const channel = /^channel (\d+)$/m.exec(out)?.[1] ?? "1";
    return {
      say: [
        ...ORDER.filter((cause) => CAUSES[cause].is(out)).map((cause) => CAUSES[cause].mend(channel, out)),
        "Then give every user a password of its own, and the BMC a network of its own.",
      ].join(" "),
      steps: [], // who may use the BMC is for a person to say
    };
  },
};

/** `Cipher Suite Priv Max` has a letter for each of `RMCP+ Cipher Suites`, X for none; as CALLBACK one can do nothing. */
function suiteZero(out: string): { readonly isOpen: boolean; readonly without: string } {
  const suites = /^RMCP\+ Cipher Suites *: *([\d,]+)/m.exec(out)?.[1]?.split(",") ?? [];
  const levels = /^Cipher Suite Priv Max *: *([XcuoaO]+)/m.exec(out)?.[1] ?? "";
  const at = suites.indexOf("0");
  return {
    isOpen: /[uoaO]/.test(levels[at] ?? ""),
    without: `${levels.slice(0, at)}X${levels.slice(at + 1)}`,
  };
}

/** User 1 is the one without a name, where the BMC gave it none. */
const isAnonymous = (out: string): boolean =>
  /^user User Name: *$/m.test(out) &&
  /^user IPMI Messaging: enabled$/m.test(out) &&
  !/^user (Enable Status: disabled|Privilege Level: (NO ACCESS|Unknown.*|CALLBACK))$/m.test(out);

const CAUSES = {
  "cipher-0": {
    says: "cipher suite 0 is allowed: any password opens",
    is: (out: string) => suiteZero(out).isOpen,
    mend: (channel: string, out: string) =>
      `\`ipmitool lan set ${channel} cipher_privs ${suiteZero(out).without}\` takes suite 0 away.`,
  },
  anonymous: {
    says: "the user without a name may log in",
    is: isAnonymous,
    mend: (channel: string) =>
      `\`ipmitool user disable 1\` and \`ipmitool channel setaccess ${channel} 1 privilege=15\` shut the user without a name out.`,
  },
  "auth-none": {
    says: "authentication type NONE is enabled",
    is: (out: string) => /: *(?:Callback|User|Operator|Admin|OEM) *: .*\bNONE\b/.test(out),
    mend: (channel: string) =>
      `\`ipmitool lan set ${channel} auth ADMIN MD5\` (the same for CALLBACK, USER, OPERATOR) takes NONE away; ` +
      "where the BMC refuses, its web page has it.",
  },
} as const;
const ORDER = ["cipher-0", "anonymous", "auth-none"] as const;
