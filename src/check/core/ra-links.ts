/** An interface, as the probe of `ipv6-ra-forwarding` tells it. */
export type Link = { readonly name: string; readonly at: ReadonlyMap<string, string>; readonly line: string };

/** Those that lack what a router there gives, because IPv6 is forwarded. */
export function deafOf(out: string, kernel: string): Link[] {
  const links = out.split("\n").flatMap((line) => linkOf(line) ?? []);
  const answers = new Map(
    [...out.matchAll(/^asked (\S+) (\d+)$/gm)].map(([, name, n]) => [name!, Number(n)]),
  );
  const hasRoute = links.some(({ at }) => Number(at.get("route")) > 0);
  return links.filter((link) => isDeaf(link, kernel) && lacks(link, hasRoute, answers.get(link.name) ?? 0));
}

/** Before that, accept_ra had no 2: who forwarded took no advertisement. */
export function isBefore2637(kernel: string): boolean {
  const [major = 0, minor = 0, patch = 0] = kernel.split(/[.-]/).map(Number);
  return major < 2 || (major === 2 && (minor < 6 || (minor === 6 && patch < 37)));
}

export function linkOf(line: string): Link | undefined {
  const [is, name, ...rest] = line.trim().split(" ");
  if (is !== "if" || name === undefined) return undefined;
  return { name, line: line.trim(), at: new Map(rest.map((pair) => pair.split("=", 2) as [string, string])) };
}

/** 0 in accept_ra: off on purpose, or a daemon listens itself: networkd as told, others whatever is forwarded. */
function isDeaf({ at }: Link, kernel: string): boolean {
  if (at.get("off") === "1") return false;
  if (at.get("owner") === "networkd" && at.get("accept_ra") === "0") {
    const [v6, both] = [at.get("IPv6Forwarding"), at.get("IPForward")];
    const forwards = v6 === undefined ? /^(ipv6|yes|true|on|1|both)$/.test(both ?? "") : YES.test(v6);
    return forwards && at.get("IPv6AcceptRA") === undefined;
  }
  const isTaken = at.get("accept_ra") === "2" && !isBefore2637(kernel);
  return at.get("forwarding") !== "0" && at.get("accept_ra") !== "0" && !isTaken;
}
const YES = /^(yes|true|on|1)$/;

/**
 * Something was to be had, and the way out is gone; one elsewhere counts unless addresses here will die.
 * Those of an advertised prefix do, whatever route there is; a DHCPv6 client renews its own, no /64.
 */
function lacks({ at }: Link, hasRoute: boolean, answers: number): boolean {
  const [heard, dynamic, route] = ["heard", "dynamic", "route"].map((key) => Number(at.get(key)));
  if (at.has("lives")) return true;
  return route === 0 && (dynamic! > 0 || (heard! + answers > 0 && !hasRoute));
}
