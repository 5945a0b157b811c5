import type { KnownMachine } from "../api/agent.ts";
import type { Client, FileAnswer } from "../boot/world.ts";
import type { GrantDesk } from "./grant-desk.ts";

export type PrivateNeeds = {
  readonly grants: GrantDesk;
  readonly machineCalled: (name: string) => KnownMachine | undefined;
  readonly handFile: (client: Client, path: string) => Promise<FileAnswer>;
};

const PRESEED = "preseed.cfg";
const HAND_FILE = /^[^/]+\/[^/]+\/file\//;

/** What one boot alone may fetch, at an address that nobody can guess: its preseed, once, and its hand's files. */
export class PrivateFiles {
  readonly #needs: PrivateNeeds;

  constructor(needs: PrivateNeeds) {
    this.#needs = needs;
  }

  /** Where the boot that is under way finds its preseed, as a path of the HTTP boot service. */
  readonly pathFor = ({ name, plan, preseed }: KnownMachine): string | undefined => {
    if (plan === null || preseed === undefined) return undefined;
    return `${this.#needs.grants.pathFor("preseed", name, plan.id)}${PRESEED}`;
  };

  /** Answers a path under `private/`. */
  readonly answer = (client: Client, path: string): FileAnswer | Promise<FileAnswer> => {
    if (HAND_FILE.test(path)) return this.#needs.handFile(client, path);
    const { grants, machineCalled } = this.#needs;
    if (path.split("/")[2] !== PRESEED) {
      const because = "there is no such file";
      grants.refuse(client, path, { because });
      return { is: "missing", because };
    }
    const claimed = grants.claim("preseed", client, path);
    if (claimed.is === "refused") return { is: "missing", because: claimed.because };
    const { machine, plan } = claimed.grant;
    const text = machineCalled(machine)?.preseed;
    if (text === undefined) return { is: "missing", because: "its boot plan has no preseed any more" };
    grants.tell("private.served", `${machine} was given the preseed of its boot plan, once`, {
      ...{ machine, plan, file: PRESEED, address: client.address },
    });
    return { is: "bytes", bytes: Buffer.from(text) };
  };
}
