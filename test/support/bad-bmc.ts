import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Socket as Connection, createServer } from "node:net";

/** What becomes of an answer on its way back. */
export type Spoil = (answer: Buffer) => Buffer;

/** RMCP+ (IPMI 2.0, 13.6): the payload's type stands behind RMCP's four bytes and the authentication's. */
const [PAYLOAD_TYPE, STATUS] = [5, 17];
const OPEN_SESSION_ANSWER = 0x11;
const NO_SUCH_CIPHER = 0x11; // table 13-15

export const SPOILS = {
  "random bytes": () => randomBytes(40),
  "what was asked": (answer) => answer,
  "no cipher suite": (answer) => {
    if (answer[PAYLOAD_TYPE] === OPEN_SESSION_ANSWER) answer[STATUS] = NO_SUCH_CIPHER;
    return answer;
  },
  "random bytes from the login on": (answer) =>
    (answer[PAYLOAD_TYPE]! & 0xc0) === 0xc0
      ? Buffer.concat([answer.subarray(0, 16), randomBytes(48)])
      : answer,
} satisfies Record<string, Spoil>;

/** Stands before a BMC and spoils what it answers, until it is mended. */
export class BadDoor {
  readonly #before: Socket = createSocket("udp4");
  readonly #behind: Socket = createSocket("udp4");
  #spoil: Spoil | undefined;
  #asker: { readonly port: number; readonly address: string } | undefined;

  async open(port: number, spoil: keyof typeof SPOILS): Promise<this> {
    this.#spoil = SPOILS[spoil];
    const echoes = spoil === "what was asked";
    this.#before.on("message", (asked, from) => {
      this.#asker = from;
      if (echoes && this.#spoil !== undefined) this.#before.send(asked, from.port, from.address);
      else this.#behind.send(asked, port, "127.0.0.1");
    });
    this.#behind.on("message", (answer) => {
      const { port: to, address } = this.#asker!;
      this.#before.send(this.#spoil?.(Buffer.from(answer)) ?? answer, to, address);
    });
    this.#before.bind(0, "127.0.0.1");
    await once(this.#before, "listening");
    return this;
  }

  get port(): number {
    return this.#before.address().port;
  }

  mend(): void {
    this.#spoil = undefined;
  }

  close(): void {
    this.#before.close();
    this.#behind.close();
  }
}

/** A port where a program answers that is no BMC. */
export async function strangerAt(says: string) {
  const open = new Set<Connection>();
  const server = createServer((connection) => {
    open.add(connection);
    connection.on("error", () => {}).once("close", () => open.delete(connection));
    connection.end(says);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    for (const connection of open) connection.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
