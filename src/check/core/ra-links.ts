/** An interface, as the probe of `ipv6-ra-forwarding` tells it. */
export type Link = { readonly name: string; readonly at: ReadonlyMap<string, string>; readonly line: string };

/** Those that lack what a router there gives, because IPv6 is forwarded. */
export function deafOf(out: string): Link[] {
  const links = out.split("\n").flatMap((line) => linkOf(line) ?? []);
  const hasRoute = links.some(({ at }) => Number(at.get("route")) > 0);
  return links.filter((link) => isDeaf(link) && lacks(link, hasRoute));
}

export function linkOf(line: string): Link | undefined {
  const [is, name, ...rest] = line.trim().split(" ");
  if (is !== "if" || name === undefined) return undefined;
  return { name, line: line.trim(), at: new Map(rest.map((pair) => pair.split("=", 2) as [string, string])) };
}

/** 0 in accept_ra: off on purpose, or a daemon listens itself: NetworkManager and dhcpcd whatever is forwarded, networkd as told. */
function isDeaf({ at }: Link): boolean {
  if (at.get("off") === "1") return false;
  if (at.get("owner") === "networkd" && at.get("accept_ra") === "0") {
    const [v6, both] = [at.get("IPv6Forwarding"), at.get("IPForward")];
    const forwards = v6 === undefined ? /^(ipv6|yes|true|on|1|both)$/.test(both ?? "") : YES.test(v6);
    return forwards && at.get("IPv6AcceptRA") === undefined;
  }
  return at.get("forwarding") !== "0" && at.get("accept_ra") === "1";
}
const YES = /^(yes|true|on|1)$/;

/** Something was to be had there, and the way out is gone; a way out elsewhere counts unless addresses here will die. */
function lacks({ at }: Link, hasRoute: boolean): boolean {
  const [heard, dynamic, route] = ["heard", "dynamic", "route"].map((key) => Number(at.get(key)));
  return route === 0 && (dynamic! > 0 || (heard! > 0 && !hasRoute));
}
