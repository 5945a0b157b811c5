import { quoted } from "./quoted.ts";
import type { Step } from "./rule.ts";

/** An interface, as the probe of `ipv6-ra-forwarding` tells it. */
export type Link = { readonly name: string; readonly at: ReadonlyMap<string, string>; readonly line: string };

/** Those that lack what a router there gives, because IPv6 is forwarded. */
export function deafOf(out: string): Link[] {
  const links = out.split("\n").flatMap((line) => linkOf(line) ?? []);
  const hasRoute = links.some(({ at }) => Number(at.get("route")) > 0);
  return links.filter((link) => isDeaf(link) && lacks(link, hasRoute));
}

/** Now, and at the next boot: ifupdown sets it by its stanza, after sysctl has; the next advertisement does the rest. */
export function accepted({ name, at }: Link): Step[] {
  const live = quoted(`/proc/sys/net/ipv6/conf/${name}/accept_ra`);
  const stanza = at.get("ifupdown");
  const file = `/etc/sysctl.d/60-accept-ra-${name}.conf`;
  const boot: Step =
    stanza !== undefined
      ? { edit: stanza, by: acceptIn(name) }
      : { write: file, content: `net/ipv6/conf/${name}/accept_ra = 2\n` };
  return [boot, { run: `echo 2 >${live}`, keeps: [], undo: `echo 1 >${live}` }];
}

/** `accept_ra 2` in each of its inet6 stanzas, in place of what may stand there. */
function acceptIn(name: string): (content: string) => string {
  let isIn = false;
  const lines = (line: string): string[] => {
    const [word = "", on, family] = line.trim().split(/\s+/);
    if (HEADS.test(word)) isIn = word === "iface" && on === name && family === "inet6";
    if (isIn && word === "accept_ra") return [];
    return isIn && word === "iface" ? [line, "    accept_ra 2"] : [line];
  };
  return (content) => content.split("\n").flatMap(lines).join("\n");
}
const HEADS = /^(iface|auto|mapping|source|source-directory|rename|template|(allow|no)-\S*)$/;

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
