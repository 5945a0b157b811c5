import { Fault } from "../base/fault.ts";
import type { BmcAddress } from "./bmc.ts";
import { readAs, readFailure, serviceRoot, sessionService } from "./core/redfish-shapes.ts";
import type { Answered, Asked, Http } from "./redfish-http.ts";
import { refused, understood } from "./refusals.ts";

export type Root = ReturnType<typeof rootOf>;
export type Redfish = {
  /** As who we are; what comes back is 2xx, or a fault. */
  ask(asked: Asked, signal?: AbortSignal): Promise<Answered>;
  root(signal?: AbortSignal): Promise<Root>;
  /** Ends our session; the next question opens another. */
  leave(): Promise<void>;
};

const ROOT = "/redfish/v1/";
type Login = { readonly headers: Readonly<Record<string, string>>; readonly session?: string };

/**
 * Logs in with a session where the BMC has them, for each Basic question costs it a look-up of the password;
 * otherwise Basic. An expired session is opened anew, once.
 */
export function logIn(at: BmcAddress, http: Http): Redfish {
  let login: Login | undefined;
  let known: Root | undefined;

  async function root(signal?: AbortSignal): Promise<Root> {
    known ??= rootOf(at, await http.ask({ method: "GET", path: ROOT }, signal));
    return known;
  }

  async function enter(signal?: AbortSignal): Promise<Login> {
    const path = await sessionsPath(await root(signal), at, http, signal);
    if (path === undefined) return basic(at);
    const body = { UserName: at.user, Password: at.password };
    const answer = await http.ask({ method: "POST", path, body }, signal);
    if (answer.status === 401 || answer.status === 403) throw new Fault("bmc.login-refused", at);
    const token = answer.headers["x-auth-token"];
    if (answer.status >= 300 || typeof token !== "string") return basic(at);
    const session = answer.headers.location;
    const own = typeof session === "string" ? onThisBmc(session, at) : undefined;
    return { headers: { "X-Auth-Token": token }, ...(own !== undefined && { session: own }) };
  }

  async function ask(asked: Asked, signal?: AbortSignal): Promise<Answered> {
    for (const isLast of [false, true]) {
      const isFresh = login === undefined;
      login ??= await enter(signal);
      const headers = { ...asked.headers, ...login.headers };
      const answer = await http.ask({ ...asked, headers }, signal);
      if (answer.status !== 401) return welcome(at, asked, answer);
      login = undefined;
      if (isFresh || isLast) break;
    }
    throw new Fault("bmc.login-refused", at);
  }

  async function leave(): Promise<void> {
    const left = login;
    login = undefined;
    if (left?.session !== undefined) {
      const headers = left.headers;
      await http.ask({ method: "DELETE", path: left.session, headers }).catch(() => {}); // it ends by itself
    }
  }
  return { ask, root, leave };
}

function rootOf(at: BmcAddress, answer: Answered) {
  if (answer.status !== 200)
    throw refused(at, ROOT, `it answers ${answer.status}: is this a Redfish service?`);
  return understood(at, ROOT, readAs(serviceRoot, answer.body));
}

async function sessionsPath(root: Root, at: BmcAddress, http: Http, signal?: AbortSignal) {
  const direct = root.Links?.Sessions?.["@odata.id"];
  if (direct !== undefined || root.SessionService === undefined) return direct;
  const headers = basic(at).headers;
  const asked = { method: "GET", path: root.SessionService["@odata.id"], headers } as const;
  const answer = await http.ask(asked, signal);
  const read = readAs(sessionService, answer.body);
  return answer.status === 200 && read.ok ? read.value.Sessions?.["@odata.id"] : undefined;
}

const basic = ({ user, password }: BmcAddress): Login => {
  const credentials = Buffer.from(`${user}:${password}`).toString("base64");
  return { headers: { Authorization: `Basic ${credentials}` } };
};

/** A session's Location may be a path or a whole URL; one of another host is not ours to delete. */
function onThisBmc(location: string, at: BmcAddress): string | undefined {
  if (!URL.canParse(location, `https://${hostOf(at)}`)) return undefined;
  const { host, pathname } = new URL(location, `https://${hostOf(at)}`);
  return host === new URL(`https://${hostOf(at)}`).host ? pathname : undefined;
}
const hostOf = ({ address, port }: BmcAddress) =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;

function welcome(at: BmcAddress, asked: Asked, answer: Answered): Answered {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const act = `${asked.method} ${asked.path}`;
  if (status >= 300 && status < 400) {
    throw refused(
      at,
      act,
      `it redirects to ${String(answer.headers.location).slice(0, 200)}, which is not followed`,
    );
  }
  const why = readFailure(answer.body);
  throw refused(at, act, `it answers ${status}${why === undefined ? "" : `: ${why}`}`);
}
