import { because, isFile, type Reason, type Seen, textOf } from "./story.ts";

/** A machine that asked by DHCPv6 and for no file; the furthest that it came first. */
export const ipv6Reasons: readonly Reason[] = [
  function chosenThenNothing({ all, last }) {
    const told = last("dhcp.answered", (seen) => isCalled(seen, "REPLY") && textOf(seen, "bootFile") !== "");
    if (told === undefined || all.some(isFile)) return undefined;
    const says = `It was told by DHCPv6 to load ${textOf(told, "bootFile")}, but never asked for it: `;
    return because(`${says}is there a router that says its prefix, and does IPv6 reach this server?`, told);
  },

  function otherChosen({ all, last }) {
    const told = last("dhcp.answered", (seen) => isCalled(seen, "ADVERTISE"));
    const took = last("dhcp.other-server", (seen) => isCalled(seen, "REQUEST"));
    if (told === undefined || took === undefined || all.some(isFile)) return undefined;
    const says = `Two DHCPv6 servers answer, and it took the other's offer (${textOf(took, "server")})`;
    return because(`${says}: that one has to name the file, or the preference that ours has.`, told, took);
  },

  function noneChosen({ all, last }) {
    const told = last("dhcp.answered", (seen) => isCalled(seen, "ADVERTISE"));
    if (told === undefined || all.some((seen) => isFile(seen) || isCalled(seen, "REQUEST"))) return undefined;
    return because("It was offered an IPv6 address and took no offer: do our answers reach it?", told);
  },
];

const isCalled = (seen: Seen, message: string): boolean => textOf(seen, "message") === `DHCPv6 ${message}`;
