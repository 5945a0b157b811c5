import { flaw, ok, type Read } from "../../base/read.ts";

/**
 * A host name, an IPv4 or an IPv6 address: never what a program might take for an option, nor two words
 * (CVE-2026-35386 was such a name).
 */
export function readHost(text: string): Read<string> {
  const isName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text);
  const isIpv6 = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9.-]{1,15})?$/.test(text);
  return isName || isIpv6 ? ok(text) : flaw("a BMC's address is a host name or an IP address");
}

/** Printable ASCII without what separates words or programs' arguments. */
export function readUser(text: string): Read<string> {
  const fits = /^[A-Za-z0-9_][\x21-\x7e]{0,63}$/.test(text) && !/["'`$\\:]/.test(text);
  return fits ? ok(text) : flaw("a BMC's user begins with a letter or digit and has no spaces or quotes");
}
