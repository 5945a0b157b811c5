import { randomBytes } from "node:crypto";
import { Fault } from "../base/fault.ts";
import { latin1, printable } from "../base/text.ts";
import { takeTurns } from "../base/turns.ts";
import type { Host } from "../host/host.ts";
import { type HostResult, judgeHost } from "./core/judge-host.ts";
import { type Answer, readAnswer } from "./core/read-answer.ts";
import type { Rule } from "./core/rule.ts";
import { LADDER, scriptOf } from "./core/script.ts";

/** Hosts that are asked or mended at the same time. */
export const MOST_AT_ONCE = 32;
const MOST_BYTES = 4 << 20;
const MOST_WAIT_MS = 60_000;
const BESIDES_MS = 20_000; // the facts have half of it; a busy host is slow to start a shell

export type CheckWish = {
  readonly rules: readonly Rule[];
  readonly mayAsk: boolean; // --ask-network
  readonly mayTry?: boolean; // --try-passwords
  readonly now: () => number;
  readonly signal?: AbortSignal;
};

/** What is done around asking a host: a lock held meanwhile, the answer kept. */
export type Around = (host: string, ask: () => Promise<HostResult>) => Promise<HostResult>;

/** Each host is opened when its turn comes, closed when it has answered, and told as it is done. */
export function checkHosts(
  hosts: readonly { readonly name: string; open(): Host }[],
  wish: CheckWish,
  done: (result: HostResult) => void = () => {},
  around: Around = (_, ask) => ask(),
): Promise<HostResult[]> {
  const turn = takeTurns(MOST_AT_ONCE);
  return Promise.all(
    hosts.map((one) =>
      turn(async () => {
        wish.signal?.throwIfAborted();
        const host = one.open();
        try {
          const result = await around(one.name, () => checkHost(host, wish)).catch(troubled(one.name));
          done(result);
          return result;
        } finally {
          await host.close();
        }
      }),
    ),
  );
}

/** Trouble on the way to a host is nothing about the host. */
const troubled =
  (host: string) =>
  (error: unknown): HostResult => {
    if (!(error instanceof Fault)) throw error;
    return { host, findings: [], trouble: `${error.says} ${error.remedy} [${error.id}]` };
  };

export async function checkHost(host: Host, wish: CheckWish): Promise<HostResult> {
  try {
    const answer = await askHost(host, wish);
    if (typeof answer === "string") return { host: host.name, findings: [], trouble: answer };
    return { host: host.name, findings: judgeHost(wish.rules, answer, wish.mayAsk), facts: answer.facts };
  } catch (error) {
    return troubled(host.name)(error);
  }
}

const NETWORK = ["network"] as const;
const PASSWORDS = ["passwords"] as const;

/** What a host answers; a text says why nothing can be learnt. */
export async function askHost(
  host: Host,
  { rules, mayAsk, mayTry = false, now, signal }: CheckWish,
): Promise<Answer | string> {
  const asked = rules.filter(({ probe }) => mayAsk || probe.consent === undefined);
  const mark = randomBytes(12).toString("hex");
  const sum = asked.reduce((all, { probe }) => all + probe.withinMs, BESIDES_MS);
  const began = now();
  const said = await host.run({
    argv: ["sh", "-c", LADDER],
    input: scriptOf(asked, mark, [...(mayAsk ? NETWORK : []), ...(mayTry ? PASSWORDS : [])]),
    withinMs: Math.min(sum, MOST_WAIT_MS),
    mostBytes: MOST_BYTES,
    ...(signal !== undefined && { signal }),
  });
  const answer = readAnswer(said, mark, [began, now()]);
  if (answer !== undefined) return answer;
  const why = printable(latin1(said.stderr).trim().split("\n").at(-1) ?? "");
  return `Its shell did not run the probes (${said.end.is}${why === "" ? "" : `: ${why}`}).`;
}
