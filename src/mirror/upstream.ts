import { lookup as resolve } from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { duration } from "../base/units.ts";
import { isPublic } from "./core/public-address.ts";
import { type Origin, STANDARD_PORT } from "./core/target.ts";

export type UpstreamWish = {
  readonly mayBePrivate: (origin: Origin) => boolean;
  readonly via: string; // our name in the Via header
  readonly headMs?: number; // how long the head of an answer may take
  readonly silenceMs?: number; // and each next piece
};
export type Asking = {
  readonly method: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

const HEAD_MS = 12_000; // apt gives up after 30 s
const SILENCE_MS = 20_000;
const MOST_REDIRECTS = 5;
const MOST_SOCKETS = 48;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What was asked of the mirrors outside, over connections that are kept. */
export class Upstream {
  readonly #wish: UpstreamWish;
  readonly #agents = {
    http: new http.Agent({ keepAlive: true, maxTotalSockets: MOST_SOCKETS }),
    https: new https.Agent({ keepAlive: true, maxTotalSockets: MOST_SOCKETS }),
  };

  constructor(wish: UpstreamWish) {
    this.#wish = wish;
  }

  /** Follows redirects. Whoever gets the answer reads it to its end, or destroys it. */
  async ask(url: string, asking: Asking): Promise<http.IncomingMessage> {
    let at = url;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      const answer = await this.#once(new URL(at), asking);
      const { location } = answer.headers;
      if (!REDIRECTS.has(answer.statusCode!) || location === undefined) return answer;
      answer.destroy();
      at = new URL(location, at).href;
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects`);
  }

  stop(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  #once(url: URL, { method, headers, signal }: Asking): Promise<http.IncomingMessage> {
    const { headMs = HEAD_MS, silenceMs = SILENCE_MS, via } = this.#wish;
    const origin = originOf(url);
    if (origin === undefined) throw new Error(`${url.protocol} is no way to fetch a file`);
    const lookup = this.guard(origin);
    const request = (origin.scheme === "https" ? https : http).request(url, {
      method,
      lookup,
      agent: this.#agents[origin.scheme],
      headers: { "user-agent": "rackhand", via, ...headers },
      ...(signal && { signal }),
    });
    return new Promise((settle, refuse) => {
      const late = new Error(`no answer within ${duration(headMs)}`);
      const limit = setTimeout(() => request.destroy(late), headMs);
      const quiet = () => request.destroy(new Error(`silent for ${duration(silenceMs)}`));
      request.once("response", (answer) => {
        clearTimeout(limit);
        request.setTimeout(silenceMs, quiet);
        settle(answer);
      });
      request.on("error", (error) => {
        clearTimeout(limit);
        refuse(error);
      });
      request.end();
    });
  }

  /**
   * Resolves a host to addresses that may be connected to: what is checked is what is connected to, whatever
   * the name leads to a moment later. Throws for what is refused without a look.
   */
  guard(origin: Origin): LookupFunction {
    const { scheme, host, port } = origin;
    const free = this.#wish.mayBePrivate(origin);
    if (free) return (name, options, done) => resolve(name, options, done as never);
    if (port !== STANDARD_PORT[scheme]) throw new Error(`${host} is not asked on port ${port}`);
    if (isIP(host) !== 0 && !isPublic(host)) throw new Error(`${host} is not an address outside`);
    return (name, options, done) =>
      resolve(name, { ...options, all: true }, (error, all) => {
        const outside = (all ?? []).filter(({ address }) => isPublic(address));
        const [first] = outside;
        if (error !== null) done(error, []);
        else if (first === undefined) done(new Error(`${name} leads to no address outside`), []);
        else if (options.all) done(null, outside);
        else done(null, first.address, first.family);
      });
  }
}

function originOf({ protocol, hostname, port }: URL): Origin | undefined {
  const scheme = protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https") return undefined;
  const host = hostname.replace(/^\[|\]$/g, "");
  return { scheme, host, port: port === "" ? STANDARD_PORT[scheme] : Number(port) };
}
