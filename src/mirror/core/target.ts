import { flaw, ok, type Read } from "../../base/read.ts";

export type Origin = { readonly scheme: "http" | "https"; readonly host: string; readonly port: number };

/** What a request line names: a file of another host (we are its proxy), or a path of ours (we are a mirror). */
export type Target =
  | { readonly is: "proxied"; readonly origin: Origin; readonly path: string }
  | { readonly is: "own"; readonly path: string };

export const STANDARD_PORT = { http: 80, https: 443 } as const;

/** Origin-form and absolute-form of RFC 9112 3.2; the path comes as it was written, without its first slash. */
export function readTarget(target: string): Read<Target> {
  if (/[?#]/.test(target)) return flaw("files of an archive have no query");
  if (target.startsWith("/")) return ok({ is: "own", path: target.slice(1) });
  const [, scheme, authority, path] = /^(https?):\/\/([^/]*)\/(.*)$/i.exec(target) ?? [];
  if (scheme === undefined) return flaw("the address is neither a path nor http://host/path");
  const behindTls = /^https$/i.test(authority!) ? /^\/\/([^/]+)\/(.*)$/.exec(path!) : null;
  if (behindTls !== null) return proxied("https", behindTls[1]!, behindTls[2]!);
  return proxied(scheme.toLowerCase() as Origin["scheme"], authority!, path!);
}

function proxied(scheme: Origin["scheme"], authority: string, path: string): Read<Target> {
  const origin = readAuthority(scheme, authority);
  return origin.ok ? ok({ is: "proxied", origin: origin.value, path }) : origin;
}

/** `host` or `host:port`, of a name or an IPv4 address. */
export function readAuthority(scheme: Origin["scheme"], authority: string): Read<Origin> {
  const [, host, port = String(STANDARD_PORT[scheme])] =
    /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(authority) ?? [];
  const number = Number(port);
  if (host === undefined || number < 1 || number > 65_535) return flaw("the host is not a name");
  return ok({ scheme, host: host.toLowerCase(), port: number });
}
