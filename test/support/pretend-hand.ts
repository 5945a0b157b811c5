import type { Hands } from "../../src/agent/hands.ts";
import type { KnownMachine } from "../../src/api/agent.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import type { Mac } from "../../src/base/mac.ts";
import type { Client, Reply } from "../../src/boot/world.ts";

/** What an errand does here: lines as it goes, then how it ends. */
export type Does = (
  script: string,
  say: (text: string) => Promise<void>,
  id: string,
) => Promise<{ readonly code: number; readonly output: string }>;

const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";

/**
 * A live hand in this process: it says hello and does errands as the real one, each once in its boot. It goes on
 * when the agent is another, as a machine does whose service was started again.
 */
export class PretendHand {
  readonly runs: string[] = []; // ids of errands, each time one was really run
  readonly #client: Client;
  readonly #path: string;
  readonly #does: Does;
  readonly #answers = new Map<string, { readonly code: number; readonly output: string }>();
  readonly #stopping = new AbortController();
  #hands: Hands;

  constructor(hands: Hands, machine: KnownMachine, does: Does, address = "10.77.0.100" as Ipv4) {
    this.#hands = hands;
    this.#client = { mac: machine.macs[0] as Mac, address };
    this.#path = hands.pathFor(machine)!;
    this.#does = does;
  }

  /** From now on this one answers at the same address. */
  meets(hands: Hands): void {
    this.#hands = hands;
  }

  /** Says hello, then asks for errands, until it is stopped or told that it is over; resolves with the last status. */
  async works(): Promise<number> {
    let status = 0;
    while (!this.#stopping.signal.aborted) {
      status = (await this.ask("POST", "hello", `boot=${BOOT}\nkernel=6.12.0\nimage=pretend\n`)).status;
      while (status === 200 || status === 204) status = await this.#errand();
      if (status === 410) return status;
      await new Promise((resolve) => setTimeout(resolve, 5)); // its agent is being started again
    }
    return status;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async ask(method: string, word: string, body = "", headers: Record<string, string> = {}): Promise<Reply> {
    const talk = this.#hands.conversation(this.#client, method, `${this.#path}${word}`);
    if (typeof talk !== "function") return talk ?? { status: 405 };
    const gone = this.#stopping.signal;
    return talk({ body: Buffer.from(body), header: (name) => headers[name], gone });
  }

  async #errand(): Promise<number> {
    if (this.#stopping.signal.aborted) return 0;
    const given = await this.ask("GET", "errand");
    if (given.status !== 200) return given.status;
    const id = given.headers!["X-Errand"]!;
    const answer = this.#answers.get(id) ?? (await this.#run(id, Buffer.from(given.body!).toString()));
    this.#answers.set(id, answer);
    const { status } = await this.ask("POST", `done/${id}`, answer.output, { "x-exit": `${answer.code}` });
    return status;
  }

  #run(id: string, script: string) {
    this.runs.push(id);
    return this.#does(script, async (text) => void (await this.ask("POST", `said/${id}`, text)), id);
  }
}
