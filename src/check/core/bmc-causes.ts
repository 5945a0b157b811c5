import { DEFAULT_LOGINS } from "../../base/default-logins.ts";
import { quoted } from "../../base/quoted.ts";

/** Arms of `case $maker/$name`: the one password that is tried; who is of no known maker is tried with the first of that name. */
export const DEFAULT_PASSWORDS = [
  ...DEFAULT_LOGINS.map((one) => ({ ...one, makers: one.numbers.map((number) => `${number}`) })),
  ...DEFAULT_LOGINS.map((one) => ({ ...one, makers: ["*"] })),
]
  .map(
    ({ makers, user, password }) =>
      `${makers.map((maker) => `${maker}/${user}`).join("|")}) w=${quoted(password)} ;;`,
  )
  .join("\n      ");

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

export const BMC_CAUSES = {
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
  "default-password": {
    says: "a user has the password that every board of its maker is shipped with",
    is: (out: string) => /^try \d+ .* default$/m.test(out),
    mend: (_: string, out: string) =>
      [...out.matchAll(/^try (\d+) (.*) default$/gm)]
        .map(([, id, name]) => `\`ipmitool user set password ${id}\` gives ${name} another one.`)
        .join(" "),
  },
  "auth-none": {
    says: "authentication type NONE is enabled",
    is: (out: string) => /: *(?:Callback|User|Operator|Admin|OEM) *: .*\bNONE\b/.test(out),
    mend: (channel: string) =>
      `\`ipmitool lan set ${channel} auth ADMIN MD5\` (the same for CALLBACK, USER, OPERATOR) takes NONE away; ` +
      "where the BMC refuses, its web page has it.",
  },
  "shared-port": {
    says: "the BMC is on the host's own LAN port, in the host's network",
    is: (out: string) => /^port (supermicro 1|dell shared)/m.test(out) && !/^802.1q VLAN ID *: \d/m.test(out),
    mend: (channel: string, out: string) =>
      `${/^port dell/m.test(out) ? "`ipmitool delloem lan set dedicated`" : "`ipmitool raw 0x30 0x70 0x0c 1 0`"} takes its own port; ` +
      `where it has none, \`ipmitool lan set ${channel} vlan id N\` takes it out of the host's network.`,
  },
} as const;
export const BMC_ORDER = ["cipher-0", "anonymous", "default-password", "auth-none", "shared-port"] as const;
