import { flaw, ok, type Read } from "../../base/read.ts";

/** Why a call of ipmitool failed, from what it wrote on standard error. `why` is one line of it. */
export type Trouble = {
  readonly is: "unreachable" | "login-refused" | "no-cipher" | "console-taken" | "busy" | "failed";
  readonly why: string;
};

/**
 * ipmitool 1.8.19 names the reason only with -v, and always ends with "Unable to establish IPMI v2 / RMCP+
 * session". The first row that matches counts: the words are those of lib/lanplus and of IPMI 2.0 table
 * 13-15.
 */
const SIGNS: readonly { readonly is: Trouble["is"]; readonly sign: RegExp }[] = [
  { is: "console-taken", sign: /SOL payload already active on another session|activation limit reached/ },
  {
    is: "no-cipher",
    sign: /open session response message : (invalid (auth|integ|conf).*|no matching .*|illegal .*)/,
  },
  {
    is: "no-cipher",
    sign: /no matching cipher suite|Unsupported (authentication|integrity|encryption) alg/i,
  },
  // what came after the login was not signed by who we logged in to, whatever it made of the password
  { is: "failed", sign: /Received message with invalid authcode/ },
  { is: "login-refused", sign: /RAKP 2 HMAC is invalid|RAKP 4 message has invalid integrity check value/ },
  {
    is: "login-refused",
    sign: /RAKP [24] message indicates an error : (unauthorized|invalid (role|name|integ)).*/,
  },
  {
    is: "login-refused",
    sign: /Password (verification|too long).*|Set Session Privilege Level to .* failed/,
  },
  { is: "busy", sign: /insufficient resources for (session|role)|Node busy/i },
  // what it makes of an answer that comes after it gave up waiting: asked again, the BMC is told truly
  { is: "busy", sign: /This BMC does not support IPMI v2.*/ },
  { is: "unreachable", sign: /Could not open socket|Address lookup for .* failed|no route to host/i },
  { is: "unreachable", sign: /Error issuing Get Channel Authentication Capabilities request/ },
  { is: "unreachable", sign: /no response from RAKP [13] message|Timeout in open session response/ },
];

/** What -v adds to every call and says nothing about its failure. */
const CHATTER =
  /^(Loading IANA|Running Get VSO|Invalid completion code received: Invalid command|Discovered IPMB|Error: Unable to establish)/;

export function troubleOf(errors: string): Trouble {
  for (const { is, sign } of SIGNS) {
    const match = sign.exec(errors);
    if (match !== null) return { is, why: match[0] };
  }
  const lines = errors.split("\n").map((line) => line.trim());
  const told = lines.filter((line) => line !== "" && !CHATTER.test(line)).at(-1);
  if (told !== undefined) return { is: "failed", why: told };
  // nothing but the closing line: older versions say no more than that about silence
  if (/Unable to establish/.test(errors)) return { is: "unreachable", why: "no session" };
  return { is: "failed", why: "ipmitool gave no reason" };
}

/** `Chassis Power is on` of `chassis power status`. */
export function readPower(says: string): Read<"on" | "off"> {
  const match = /^Chassis Power is (on|off)\s*$/m.exec(says);
  return match === null
    ? flaw("no line `Chassis Power is on` or `off`")
    : ok(match[1] === "on" ? "on" : "off");
}

type Device = "none" | "pxe" | "disk" | "cdrom" | "bios" | "other";
type Lasts = "once" | "always";
export type BootFlags = {
  readonly valid: boolean;
  readonly efi: boolean;
  readonly device: Device;
  readonly lasts: Lasts;
};
const DEVICES: Readonly<Record<number, Device>> = { 0: "none", 1: "pxe", 2: "disk", 5: "cdrom", 6: "bios" };

/**
 * `Boot parameter data: a004000000` of `chassis bootparam get 5`: the bytes, not the prose (IPMI 2.0 table
 * 28-14).
 */
export function readBootFlags(says: string): Read<BootFlags> {
  const match = /^\s*Boot parameter data: ([0-9a-f]{2})([0-9a-f]{2})/im.exec(says);
  if (match === null) return flaw("no line `Boot parameter data:` with boot flags");
  const [first, second] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)];
  return ok({
    valid: (first & 0x80) !== 0,
    efi: (first & 0x20) !== 0,
    lasts: (first & 0x40) !== 0 ? "always" : "once",
    device: DEVICES[(second >> 2) & 0x0f] ?? "other",
  });
}

/**
 * Whether these flags are what was asked. A BMC that never sets the valid bit (OpenIPMI's) is believed its
 * device.
 */
export function isConfirmed(
  flags: BootFlags,
  asked: { device: string; efi: boolean; lasts: Lasts },
): boolean {
  if (flags.device !== asked.device) return false;
  if (asked.device === "none" || !flags.valid) return true;
  return flags.efi === asked.efi && flags.lasts === asked.lasts;
}

/**
 * The session that has the console, from `raw 0x06 0x4b 1 1` (Get Payload Instance Info, IPMI 2.0 24.5): its four
 * bytes as written, all zero for none.
 */
export function readConsoleOwner(says: string): Read<string> {
  const match = /^\s*((?:[0-9a-f]{2} ){3}[0-9a-f]{2})(?: [0-9a-f]{2}){8}\s*$/i.exec(says);
  return match === null ? flaw("not the 12 bytes of a payload instance") : ok(match[1]!);
}
export const NO_OWNER = "00 00 00 00";
