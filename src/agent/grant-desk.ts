import { createHash, randomBytes } from "node:crypto";
import type { KnownMachine } from "../api/agent.ts";
import type { EventKind, Observed } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import { PRIVATE, withoutTokens } from "../base/private-path.ts";
import { printable } from "../base/text.ts";
import type { Client } from "../boot/world.ts";
import {
  type Claim,
  claim,
  claimedBy,
  type Grant,
  type GrantKind,
  type Grants,
  granted,
  grantKey,
  TOKEN_BYTES,
} from "./core/grants.ts";

export type GrantNeeds = {
  readonly machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly machineCalled: (name: string) => KnownMachine | undefined;
  readonly observe: (event: Observed) => void;
  readonly now: () => number;
  readonly kept?: KeptGrants;
};
/** Where the leaves of hands outlive the process: a hand goes on while its agent is started again. */
export type KeptGrants = {
  read(): readonly Grant[];
  write(grants: readonly Grant[]): void;
};

/** Who may have what is private to a boot. */
export class GrantDesk {
  readonly #needs: GrantNeeds;
  #grants: Grants;

  constructor(needs: GrantNeeds) {
    this.#needs = needs;
    this.#grants = new Map(needs.kept?.read().map((grant) => [grantKey(grant), grant]));
  }

  /** `private/TOKEN/` of the boot that is under way. */
  pathFor(kind: GrantKind, machine: string, plan: number): string {
    const how = { now: this.#needs.now(), newToken };
    const { grants, grant } = granted(this.#grants, { kind, machine, plan }, how);
    this.#set(grants);
    return `${PRIVATE}${grant.token}/`;
  }

  /** Whether this client may have what its path names; a refusal is told of. */
  claim(kind: GrantKind, client: Client, path: string): Claim {
    const { now, machineCalled } = this.#needs;
    const claimed = claim(this.#grants, kind, {
      digest: digestOf(path.split("/")[1] ?? ""),
      ...{ now: now(), asker: this.#asker(client) },
      planOf: (machine) => machineCalled(machine)?.plan?.id,
    });
    if (claimed.is === "given") this.#set(claimed.grants);
    else this.refuse(client, path, claimed);
    return claimed;
  }

  /** False when another boot has it. */
  takenBy(grant: Grant, boot: string): boolean {
    const grants = claimedBy(this.#grants, grant, boot);
    if (grants !== undefined) this.#set(grants);
    return grants !== undefined;
  }

  refuse(client: Client, path: string, { because, machine }: { because: string; machine?: string }): void {
    const { mac, address } = client;
    const asker = this.#asker(client);
    const what = printable(withoutTokens(path));
    const whose = machine ?? asker;
    const from = asker ?? mac ?? address;
    this.tell("private.refused", `${from} asked for ${what} and did not get it: ${because}`, {
      ...{ because, address, ...(mac === undefined ? {} : { mac }) },
      ...(whose === undefined ? {} : { machine: whose }),
    });
  }

  tell(kind: EventKind, says: string, told: Record<string, unknown> & { machine?: string }): void {
    const { machine, ...detail } = told;
    this.#needs.observe({
      ...{ kind, at: this.#needs.now(), says, detail },
      ...(machine === undefined ? {} : { machine }),
    });
  }

  #asker({ mac }: Client): string | undefined {
    return mac === undefined ? undefined : this.#needs.machineOf(mac)?.name;
  }

  #set(grants: Grants): void {
    if (grants === this.#grants) return;
    this.#grants = grants;
    this.#needs.kept?.write([...grants.values()].filter(({ kind }) => kind === "hand").map(withoutToken));
  }
}

function newToken() {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  return { token, digest: digestOf(token) };
}

const digestOf = (token: string): string => createHash("sha256").update(token).digest("hex");
const withoutToken = ({ token: _, ...kept }: Grant): Grant => kept;
