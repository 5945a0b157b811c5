import { printable } from "../../base/text.ts";

export type SshTrouble = "unreachable" | "turned-away" | "key-unknown" | "key-changed" | "key-refused";

/** OpenSSH has one exit status for all of its troubles, and sentences that have not changed in twenty years. */
const SENTENCES: readonly (readonly [SshTrouble, RegExp])[] = [
  ["key-changed", /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/],
  ["key-unknown", /No .* host key is known for|Host key verification failed/],
  ["key-refused", /Permission denied \(|Too many authentication failures|no such identity/i],
  // MaxStartups, or PerSourcePenalties of OpenSSH 9.8 and later
  [
    "turned-away",
    /kex_exchange_identification: .*(?:reset|closed)|Connection (?:reset|closed) by|Not allowed/i,
  ],
];

/** Why `ssh` could not get there. */
export function sshTrouble(errors: string): { readonly is: SshTrouble; readonly why: string } {
  const is = SENTENCES.find(([, sentence]) => sentence.test(errors))?.[0] ?? "unreachable";
  return { is, why: whyOf(is, errors) };
}

function whyOf(is: SshTrouble, errors: string): string {
  const lines = errors.split(/\r?\n/).filter((line) => /\w/.test(line));
  if (is === "key-changed") {
    return lines.find((line) => line.startsWith("SHA256:"))?.replace(/\.$/, "") ?? "another key";
  }
  return printable(lines.at(-1) ?? "ssh ended without a word").replace(/\.$/, "");
}
