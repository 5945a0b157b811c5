import { because, has, isFile, type Reason, type Seen, type Story, textOf } from "./story.ts";

/** A machine that asked for no file: what it was told, and by whom, tells why; the most telling first. */
export const addressReasons: readonly Reason[] = [
  function noLoader({ last }) {
    const silent = last("dhcp.silent", (seen) => textOf(seen, "because").startsWith("it asks for loaders"));
    if (silent === undefined) return undefined;
    const asked = last("dhcp.heard", (seen) => textOf(seen, "asker") === "unserved");
    const says = textOf(silent, "because").replace(/^it asks/, "It asked");
    return because(`${says}.`, asked, silent);
  },

  unlessFilesAsked(function classNotEchoed({ last }) {
    const asked = last("dhcp.heard", (seen) => textOf(seen, "asker") === "http");
    const told = last("dhcp.other-server", (seen) => isOffer(seen) && saysUrl(seen));
    if (asked === undefined || told === undefined || textOf(told, "vendorClass") !== "") return undefined;
    return because(
      `HTTPClient needs option 60 echoed: ${textOf(told, "server")} offers it a URL without it, and UEFI ` +
        "HTTP Boot passes such an offer over.",
      asked,
      told,
    );
  }),

  unlessFilesAsked(function twoServers({ last }) {
    const ours = last("dhcp.answered", (seen) => textOf(seen, "yiaddr") !== "");
    const theirs = last("dhcp.other-server", (seen) => !textOf(seen, "message").startsWith("DHCPv6"));
    if (ours === undefined || theirs === undefined) return undefined;
    const servers = `${textOf(ours, "server")} (this one) and ${textOf(theirs, "server")}`;
    const took = last("dhcp.other-server", (seen) => textOf(seen, "message") === "REQUEST");
    const says = `Two servers answer: ${servers}.`;
    return because(took ? `${says} It took the other's offer.` : says, ours, theirs, took);
  }),

  unlessFilesAsked(function anotherWasFound({ last, others }) {
    const ours = last("dhcp.answered", (seen) => textOf(seen, "message") === "OFFER" && !isProxy(seen));
    const took = last("dhcp.heard", (seen) => textOf(seen, "message") === "REQUEST");
    if (ours === undefined || took !== undefined || others.length === 0) return undefined;
    const servers = `${textOf(ours, "server")} (this one) and ${others.join(", ")}`;
    return because(`Two servers answer: ${servers}, found on its segment. It took no offer of ours.`, ours);
  }),

  unlessFilesAsked(function sentTo4011({ last }) {
    const told = last("dhcp.other-server", (seen) => isOffer(seen) && saysPxe(seen) && !has(seen, 43));
    const took = last("dhcp.other-server", ({ detail }) => detail.message === "REQUEST");
    if (told === undefined || took === undefined || asked4011(last)) return undefined;
    if (textOf(told, "server") !== textOf(took, "server")) return undefined;
    const where = textOf(told, "siaddr") || textOf(told, "server");
    const says = `Option 60 without 43 from ${textOf(told, "server")} sent it to port 4011 of ${where}`;
    return because(`${says}, where nobody answered.`, told, took);
  }),

  unlessFilesAsked(function never4011({ last }) {
    const told = last("dhcp.answered", (seen) => textOf(seen, "message") === "OFFER" && isProxy(seen));
    if (told === undefined || asked4011(last)) return undefined;
    const took = last("dhcp.other-server", ({ detail }) => detail.message === "REQUEST");
    if (took === undefined) return undefined;
    return because(
      `It took the offer of ${textOf(took, "server")} and never asked port 4011 here, nor for a file: its ` +
        "firmware does not join two offers. Let that server name ours as the next one, and the file.",
      told,
      took,
    );
  }),

  unlessFilesAsked(function toldOn4011({ last }) {
    const told = last("dhcp.answered", (seen) => seen.detail.port === 4011);
    if (told === undefined) return undefined;
    const says = `It was told on port 4011 to load ${textOf(told, "bootFile")} and never asked for it: `;
    return because(`${says}does a firewall drop what goes to this server?`, asked4011(last), told);
  }),

  unlessFilesAsked(function acknowledgedThenNothing({ last }) {
    const told = last("dhcp.answered", (seen) => textOf(seen, "message") === "ACK" && saysFile(seen));
    if (told === undefined) return undefined;
    const says = `It has ${textOf(told, "yiaddr")} and was told to load ${textOf(told, "bootFile")}`;
    return because(
      `${says}, but never asked for it: its firmware did not take this way, or TFTP is dropped.`,
      told,
    );
  }),

  unlessFilesAsked(function noOfferTaken({ last }) {
    const told = last("dhcp.answered", (seen) => textOf(seen, "message") === "OFFER");
    const took = last("dhcp.heard", (seen) => textOf(seen, "message") === "REQUEST");
    if (told === undefined || took !== undefined) return undefined;
    const says = isProxy(told)
      ? "It was told what to load, but no other server is seen to give it an address, which a proxy cannot."
      : `It was offered ${textOf(told, "yiaddr")} and took no offer: do our answers reach it?`;
    return because(says, told);
  }),

  function silence({ all }) {
    const dhcp = all.filter(({ kind }) => kind.startsWith("dhcp."));
    const silent = dhcp.findLast(({ kind }) => kind === "dhcp.silent");
    if (silent === undefined || dhcp.some(({ kind }) => kind === "dhcp.answered")) return undefined;
    return because(`It got no answer because ${textOf(silent, "because")}.`, silent);
  },
];

function unlessFilesAsked(reason: Reason): Reason {
  return (story) => (story.all.some(isFile) ? undefined : reason(story));
}

const asked4011 = (last: Story["last"]): Seen | undefined =>
  last("dhcp.heard", ({ detail }) => detail.port === 4011);
const isOffer = (seen: Seen): boolean => ["OFFER", "ACK"].includes(textOf(seen, "message"));
const isProxy = (seen: Seen): boolean => textOf(seen, "yiaddr") === "" && seen.detail.netboot === true;
const saysPxe = (seen: Seen): boolean => textOf(seen, "vendorClass").startsWith("PXEClient");
const saysFile = (seen: Seen): boolean => textOf(seen, "bootFile") !== "";
const saysUrl = (seen: Seen): boolean =>
  /^https?:/.test(textOf(seen, "bootFile")) || /^https?:/.test(textOf(seen, "file"));
