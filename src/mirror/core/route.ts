import { flaw, ok, type Read } from "../../base/read.ts";
import { type ArchiveFile, encodedPath, readArchiveFile } from "./archive-file.ts";
import { type Origin, readTarget, STANDARD_PORT } from "./target.ts";

/** A Debian archive that we are a mirror of: `/debian/...` here is `<url>/...` there. */
export type Archive = { readonly name: string; readonly url: string }; // http or https, no slash at its end
export type Rules = {
  readonly archives: readonly Archive[];
  readonly hosts: readonly string[]; // further hosts: "apt.example.org", "*.example.org", "10.0.0.5:8080"
  readonly tunnels: readonly string[]; // hosts that CONNECT may lead to
};

/** Where a file is fetched, and the one name that it is kept under. */
export type Route = {
  readonly key: string;
  readonly url: string;
  readonly file: ArchiveFile;
};

/** Names that every mirror of one archive goes by: the same file, whichever is asked. */
const DEBIAN_NAMES = /^(deb|httpredir|security|cdn-fastly\.deb|ftp\d*(\.[a-z]{2})?)\.debian\.org$/;
/** Archives of other times and kinds: always fetched from there. */
const DEBIAN_HOSTS = "*.debian.org";

export function routeOf(requestTarget: string, rules: Rules): Read<Route> {
  const target = readTarget(requestTarget);
  if (!target.ok) return target;
  if (target.value.is === "proxied") return proxiedRoute(target.value.origin, target.value.path, rules);
  const [first = "", ...rest] = target.value.path.split("/");
  const archive = rules.archives.find(({ name }) => name === first);
  if (archive !== undefined) return archiveRoute(archive, rest.join("/"));
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(first)) return flaw("there is no such archive here");
  const origin = { scheme: "http", host: first.toLowerCase(), port: STANDARD_PORT.http } as const;
  return proxiedRoute(origin, rest.join("/"), rules);
}

function proxiedRoute(origin: Origin, path: string, rules: Rules): Read<Route> {
  for (const archive of rules.archives) {
    const below = pathBelow(archive, origin, path);
    if (below !== undefined) return archiveRoute(archive, below);
  }
  const { scheme, host, port } = origin;
  if (!isAllowed(origin, rules.hosts))
    return flaw(`${host}:${port} is none of the hosts that this mirror fetches from`);
  const file = readArchiveFile(path);
  if (!file.ok) return file;
  const authority = port === STANDARD_PORT[scheme] ? host : `${host}:${port}`;
  const kept = `${authority}/${file.value.path}`;
  const url = `${scheme}://${authority}/${encodedPath(file.value.path)}`;
  return ok({ key: kept, url, file: file.value });
}

function archiveRoute({ name, url }: Archive, path: string): Read<Route> {
  const file = readArchiveFile(path);
  if (!file.ok) return file;
  return ok({
    key: `${name}/${file.value.path}`,
    url: `${url}/${encodedPath(file.value.path)}`,
    file: file.value,
  });
}

/** The path within an archive that we mirror, when the address is one of its mirrors'. */
function pathBelow({ name, url }: Archive, { scheme, host, port }: Origin, path: string): string | undefined {
  const [, itsAuthority = "", base = ""] = /^https?:\/\/([^/]+)\/?(.*)$/.exec(url) ?? [];
  const authority = port === STANDARD_PORT[scheme] ? host : `${host}:${port}`;
  const prefix = base === "" ? "" : `${base}/`;
  if (authority === itsAuthority && path.startsWith(prefix)) return path.slice(prefix.length);
  const isDebian = DEBIAN_NAMES.test(host) && port === STANDARD_PORT[scheme];
  return isDebian && path.startsWith(`${name}/`) ? path.slice(name.length + 1) : undefined;
}

export const isTunnel = (origin: Origin, { tunnels }: Rules): boolean =>
  tunnels.some((pattern) => fits(origin, pattern));

function isAllowed(origin: Origin, hosts: readonly string[]): boolean {
  return [DEBIAN_HOSTS, ...hosts].some((pattern) => fits(origin, pattern));
}

/** Whoever writes a host down by its name may mean one inside; a pattern means the world outside. */
export const mayBePrivate = (origin: Origin, { archives, hosts, tunnels }: Rules): boolean =>
  [...hosts, ...tunnels].some((pattern) => !pattern.startsWith("*") && fits(origin, pattern)) ||
  archives.some(({ url }) => url.startsWith(`${origin.scheme}://`) && hasAuthority(url, origin));

function hasAuthority(url: string, { scheme, host, port }: Origin): boolean {
  const authority = url.slice(scheme.length + 3).split("/")[0];
  return authority === `${host}:${port}` || (authority === host && port === STANDARD_PORT[scheme]);
}

function fits({ scheme, host, port }: Origin, pattern: string): boolean {
  const [name = "", own] = pattern.split(":");
  if (own === undefined ? port !== STANDARD_PORT[scheme] : port !== Number(own)) return false;
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
}
