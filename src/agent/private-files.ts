import { randomBytes } from "node:crypto";
import type { KnownMachine } from "../api/agent.ts";
import type { EventKind, Observed } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import { PRIVATE, withoutTokens } from "../base/private-path.ts";
import { printable } from "../base/text.ts";
import type { Client, FileAnswer } from "../boot/world.ts";
import { claim, type Grants, granted, TOKEN_BYTES } from "./core/grants.ts";

export type PrivateNeeds = {
  readonly machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly machineCalled: (name: string) => KnownMachine | undefined;
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
};

const PRESEED = "preseed.cfg";

/** What one boot alone may fetch, at an address that nobody can guess and that is good once. */
export class PrivateFiles {
  readonly #needs: PrivateNeeds;
  #grants: Grants = new Map();

  constructor(needs: PrivateNeeds) {
    this.#needs = needs;
  }

  /** Where the boot that is under way finds its preseed, as a path of the HTTP boot service. */
  readonly pathFor = (machine: KnownMachine): string | undefined => {
    const { name, plan, preseed } = machine;
    if (plan === null || preseed === undefined) return undefined;
    const newToken = () => randomBytes(TOKEN_BYTES).toString("hex");
    const done = granted(
      this.#grants,
      { machine: name, plan: plan.id },
      { now: this.#needs.now(), newToken },
    );
    this.#grants = done.grants;
    return `${PRIVATE}${done.grant.token}/${PRESEED}`;
  };

  /** Answers a path under `private/`. */
  readonly answer = ({ mac, address }: Client, path: string): FileAnswer => {
    const [, token = "", file = ""] = path.split("/");
    const asker = mac === undefined ? undefined : this.#needs.machineOf(mac)?.name;
    const planOf = (machine: string) => this.#needs.machineCalled(machine)?.plan?.id;
    const claimed =
      file === PRESEED
        ? claim(this.#grants, token, { now: this.#needs.now(), asker, planOf })
        : ({ is: "refused", because: "there is no such file" } as const);
    if (claimed.is === "refused") {
      const { because, machine } = claimed;
      const what = printable(withoutTokens(path));
      const whose = machine ?? asker;
      const from = asker ?? mac ?? address;
      this.#tell("private.refused", `${from} asked for ${what} and did not get it: ${because}`, {
        ...{ because, address, ...(mac === undefined ? {} : { mac }) },
        ...(whose === undefined ? {} : { machine: whose }),
      });
      return { is: "missing", because };
    }
    this.#grants = claimed.grants;
    const { machine, plan } = claimed.grant;
    const text = this.#needs.machineCalled(machine)?.preseed;
    if (text === undefined) return { is: "missing", because: "its boot plan has no preseed any more" };
    this.#tell("private.served", `${machine} was given the preseed of its boot plan, once`, {
      ...{ machine, plan, file: PRESEED, address },
    });
    return { is: "bytes", bytes: Buffer.from(text) };
  };

  #tell(kind: EventKind, says: string, told: Record<string, unknown> & { machine?: string }): void {
    const { machine, ...detail } = told;
    this.#needs.observe({
      ...{ kind, at: this.#needs.now(), says, detail },
      ...(machine === undefined ? {} : { machine }),
    });
  }
}
