import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";

/**
 * What ATEN's and Insyde's SMASH-CLP shells write (DMTF DSP0214 in a dialect of 2008): Supermicro's BMCs have
 * either on ssh.
 */
export const POWER = "/system1/pwrmgtsvc1";
export const CONSOLE = "/system1/sol1";

/** `-> ` at the end of what was heard: it waits for a command. Enter, then Esc, then T leaves a console. */
export const isPrompt = (heard: string): boolean => /(?:^|[\r\n])[^\r\n]{0,60}->[ \t]*$/.test(heard);
export const LEAVE = Uint8Array.of(0x0d, 0x1b, 0x54);

/** Commands of an act in the order to try: not every firmware knows `-force`. */
export const COMMANDS = {
  on: [`start ${POWER}`],
  off: [`stop -force ${POWER}`, `stop ${POWER}`],
  soft: [`stop ${POWER}`],
  reset: [`reset ${POWER}`],
} as const satisfies Record<string, readonly string[]>;

/** The line that says why a command was refused; nothing when it was not. */
export function refusalIn(says: string): string | undefined {
  const line = says.split(/[\r\n]+/).find((one) => REFUSED.test(one));
  return line === undefined ? undefined : printable(line.trim());
}
const REFUSED =
  /invalid|error|fail|not support|unsupport|unknown|syntax|denied|in use|(^|\W)status *= *[1-3]/i;

/** CIM's PowerState, in whichever of the words: ATEN's firmware says 1 and 6, others 2 and 8. */
const ON = ["1", "2", "on", "enabled"];
const OFF = ["6", "8", "off", "disabled"];

export function readSmashPower(says: string): Read<"on" | "off"> {
  // the service is enabled whether or not the power is on: its own state counts only where there is no other
  const word = (name: string) => new RegExp(`^\\s*${name}\\s*[:=]\\s*(\\w+)`, "im").exec(says)?.[1];
  const state = (word("PowerState") ?? word("EnabledState"))?.toLowerCase();
  if (state === undefined) return flaw("no line `PowerState=`");
  if (ON.includes(state)) return ok("on");
  return OFF.includes(state) ? ok("off") : flaw(`PowerState is ${state}`);
}

/** The way into the console's stream: two lines of the shell, the second of them only in some firmware. */
export type Entry =
  | { readonly at: "shell"; readonly heard: string }
  | { readonly at: "second line"; readonly kept: string }
  | { readonly at: "stream" };
export const FIRST_ENTRY: Entry = { at: "shell", heard: "" };
const FIRST_LINE = /terminate (?:the )?session[^\n]*\n/i;
const SECOND_LINE = "(press the keys in sequence, one after the other)\r\n";
const MOST_HEARD = 8192;

/** What of this piece (a character a byte) is the machine's. */
export function enter(piece: string, entry: Entry): [string, Entry] {
  if (entry.at === "stream") return [piece, entry];
  if (entry.at === "shell") {
    const heard = entry.heard + piece;
    const match = FIRST_LINE.exec(heard);
    if (match === null) return ["", { at: "shell", heard: heard.slice(-MOST_HEARD) }];
    return enter(heard.slice(match.index + match[0].length), { at: "second line", kept: "" });
  }
  const all = entry.kept + piece;
  const lead = /^[\r\n]*/.exec(all)![0].length;
  const rest = all.slice(lead);
  if (rest.length < SECOND_LINE.length && SECOND_LINE.startsWith(rest)) {
    return ["", { at: "second line", kept: all }];
  }
  if (!rest.startsWith(SECOND_LINE)) return [all, { at: "stream" }];
  return [rest.slice(SECOND_LINE.length), { at: "stream" }];
}

/** Why ssh ended, from what it wrote on standard error. */
export type SshTrouble = {
  readonly is: "login-refused" | "changed" | "unreachable" | "failed";
  readonly why: string;
};
const SIGNS: readonly { readonly is: SshTrouble["is"]; readonly sign: RegExp }[] = [
  { is: "changed", sign: /The fingerprint for the \w+ key sent by the remote host is\s+(\S+?)\.?\s/ },
  { is: "changed", sign: /Host key verification failed/ },
  { is: "login-refused", sign: /Permission denied|Too many authentication failures/ },
  {
    is: "unreachable",
    sign: /connect to host .*|Could not resolve hostname.*|Connection timed out.*|banner exchange.*/,
  },
  { is: "unreachable", sign: /Connection (reset|closed) by.*|kex_exchange_identification.*|not responding/ },
];

export function sshTroubleOf(errors: string): SshTrouble {
  for (const { is, sign } of SIGNS) {
    const match = sign.exec(errors);
    if (match !== null) return { is, why: printable(match[1] ?? match[0]) };
  }
  const last = errors
    .trim()
    .split(/[\r\n]+/)
    .at(-1);
  return { is: "failed", why: last ? printable(last) : "ssh ended without a word" };
}
