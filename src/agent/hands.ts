import type { AgentAnswers, AgentQuestion, FromAgent, KnownMachine } from "../api/agent.ts";
import type { EventKind, Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { duration } from "../base/units.ts";
import type { Client, Conversation, FileAnswer, Reply, Said } from "../boot/world.ts";
import { HAND_ABSENT_MS, HAND_SAYS, HAND_SILENT_MS, type HandSays } from "../hand/core/errand.ts";
import { readHello } from "../hand/core/hello.ts";
import { limitOf } from "../process/limit.ts";
import type { Grant } from "./core/grants.ts";
import type { GrantDesk } from "./grant-desk.ts";
import { HandSeat } from "./hand-seat.ts";

type Question = Extract<AgentQuestion, { ask: "errand" }>;
export type HandsNeeds = {
  readonly grants: GrantDesk;
  readonly machineCalled: (name: string) => KnownMachine | undefined;
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
  readonly tell: (report: FromAgent) => void;
  /** A file for errands by its name, `IMAGE/PATH`. */
  readonly file: (name: string) => Promise<FileAnswer>;
  readonly limits?: Partial<typeof LIMITS>;
};

const LIMITS = { absentMs: HAND_ABSENT_MS, silentMs: HAND_SILENT_MS, pollMs: 25_000, lookMs: 1000 };
const REFUSED: Reply = { status: 404 };
/** The hand ends itself, and shuts the door that a rescue opened. */
const OVER: Reply = { status: 410 };
const HELLO_FIRST: Reply = { status: 409 };

/** The live hands of a segment: each asks for errands under the token of its boot, and says how they went. */
export class Hands {
  readonly #needs: HandsNeeds;
  readonly #limits: typeof LIMITS;
  readonly #seats = new Map<string, HandSeat>();
  readonly #looking: NodeJS.Timeout;

  constructor(needs: HandsNeeds) {
    this.#needs = needs;
    this.#limits = { ...LIMITS, ...needs.limits };
    this.#looking = setInterval(() => this.#look(), this.#limits.lookMs).unref();
  }

  /** Where the boot that is under way says hello, as a path of the HTTP boot service. */
  readonly pathFor = ({ name, plan }: KnownMachine): string | undefined =>
    plan?.kind === "live" ? this.#needs.grants.pathFor("hand", name, plan.id) : undefined;

  /** One errand at a time; who asks for the same one again gets the same answer. It waits for a hand to come. */
  readonly errand = (asked: Question): Promise<AgentAnswers["errand"]> => {
    const machine = this.#needs.machineCalled(asked.machine);
    if (machine?.plan?.kind !== "live") throw new Fault("hand.no-plan", { name: asked.machine });
    return this.#seat(machine.name, machine.plan.id).ask(asked);
  };

  /** Another plan ends what was asked of the hand before. */
  readonly learn = ({ name, plan }: KnownMachine): void => {
    const seat = this.#seats.get(name);
    if (seat === undefined || seat.plan === plan?.id) return;
    this.#seats.delete(name);
    seat.end(new Fault("hand.over", { name }));
  };

  /** What stands at each machine, for a service that comes. */
  readonly reports = (): FromAgent[] =>
    [...this.#seats.entries()].flatMap(([name, seat]) => told(name, seat));

  /** What a hand says, or asks and waits for; nothing for a path that is none of theirs. */
  readonly conversation = (client: Client, method: string, path: string): Conversation | undefined => {
    const [, , ...rest] = path.split("/");
    const word = rest.join("/");
    const says = SPEAKS.find(([name, verb]) => verb === method && HAND_SAYS[name].test(word))?.[0];
    if (says === undefined) return undefined;
    const claimed = this.#needs.grants.claim("hand", client, path);
    if (claimed.is === "refused") return claimed.isOver ? OVER : REFUSED;
    const { grant } = claimed;
    const seat = this.#seat(grant.machine, grant.plan);
    if (says === "hello") return async (said) => this.#hello(seat, grant, client, said);
    if (seat.boot === undefined) return HELLO_FIRST;
    seat.hears();
    const id = HAND_SAYS[says].exec(word)![1]!;
    if (says === "errand") return (said) => this.#give(seat, said);
    if (says === "said") return async ({ body }) => this.#said(seat, id, body);
    return async ({ body, header }) => this.#done(seat, id, Number(header("x-exit")), body);
  };

  /** A file that an errand fetches: `private/TOKEN/file/IMAGE/PATH`. */
  readonly fileFor = async (client: Client, path: string): Promise<FileAnswer> => {
    const claimed = this.#needs.grants.claim("hand", client, path);
    if (claimed.is === "refused") return { is: "missing", because: claimed.because };
    this.#seats.get(claimed.grant.machine)?.hears();
    return this.#needs.file(path.split("/").slice(3).join("/"));
  };

  stop(): void {
    clearInterval(this.#looking);
    for (const seat of this.#seats.values()) seat.end(new Error("the agent stops"));
    this.#seats.clear();
  }

  #hello(seat: HandSeat, grant: Grant, client: Client, { body }: Said): Reply {
    const hello = readHello(Buffer.from(body).toString());
    if (!hello.ok) return { status: 400 };
    if (!this.#needs.grants.takenBy(grant, hello.value.boot)) return OVER;
    const isNew = grant.boot === undefined;
    const { boot, kernel, image } = hello.value;
    seat.sits(boot, client.address);
    const { address } = client;
    if (isNew)
      this.#note(seat, "hand.seen", `The live hand of ${seat.machine} is there: ${kernel}, at ${address}`, {
        ...{ boot, kernel, image, address, plan: seat.plan },
      });
    for (const report of told(seat.machine, seat)) this.#needs.tell(report);
    return { status: 200 };
  }

  /** Waits until there is something to do, for as long as one request may stay open. */
  async #give(seat: HandSeat, { gone }: Said): Promise<Reply> {
    const { signal: over, clear } = limitOf(this.#limits.pollMs, gone, seat.ended);
    const errand = await seat.next(over).finally(clear);
    if (errand === undefined) return { status: 204 };
    if (seat.gives(errand))
      this.#note(seat, "hand.errand", `The live hand of ${seat.machine} has the errand ${errand.id}`, {
        errand: errand.id,
      });
    return {
      status: 200,
      headers: { "X-Errand": errand.id, "X-Within": String(Math.ceil(errand.withinMs / 1000)) },
      body: Buffer.from(errand.script),
    };
  }

  #said(seat: HandSeat, id: string, body: Uint8Array): Reply {
    for (const { percent, words } of seat.said(id, body))
      this.#note(seat, "hand.progress", `${seat.machine}: ${words}, ${percent} %`, {
        ...{ errand: id, percent, words },
      });
    return { status: 200 };
  }

  #done(seat: HandSeat, id: string, code: number, body: Uint8Array): Reply {
    if (!Number.isInteger(code) || code < 0 || code > 255) return { status: 400 };
    if (seat.done(id, code, body)) {
      const how = code === 0 ? "is done" : `ended with code ${code}`;
      this.#note(seat, "hand.done", `The errand ${id} of ${seat.machine} ${how}`, { errand: id, code });
    }
    return { status: 200 };
  }

  #seat(machine: string, plan: number): HandSeat {
    const known = this.#seats.get(machine);
    if (known?.plan === plan) return known;
    known?.end(new Fault("hand.over", { name: machine }));
    const seat = new HandSeat(machine, plan);
    this.#seats.set(machine, seat);
    return seat;
  }

  #look(): void {
    const { absentMs, silentMs } = this.#limits;
    for (const seat of this.#seats.values()) {
      const name = seat.machine;
      seat.expire({
        absent: [absentMs, () => new Fault("hand.absent", { name, limit: duration(absentMs) })],
        silent: [silentMs, () => new Fault("hand.lost", { name, limit: duration(silentMs) })],
      });
    }
  }

  #note(seat: HandSeat, kind: EventKind, says: string, detail: Record<string, unknown>): void {
    this.#needs.observe({ kind, at: this.#needs.now(), machine: seat.machine, says, detail });
  }
}

const SPEAKS = [
  ["hello", "POST"],
  ["errand", "GET"],
  ["said", "POST"],
  ["done", "POST"],
] as const satisfies readonly (readonly [HandSays, string])[];

function told(machine: string, { boot, address }: HandSeat): FromAgent[] {
  return boot === undefined || address === undefined ? [] : [{ is: "hand", machine, boot, address }];
}
