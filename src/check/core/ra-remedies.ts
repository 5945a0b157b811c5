import { quoted } from "../../base/quoted.ts";
import type { Link } from "./ra-links.ts";
import type { Step } from "./rule.ts";

/**
 * It takes advertisements although the host forwards: now, and after a boot, by whoever looks after it. What
 * cannot be led back is for people.
 */
export function listening(link: Link): Step[] {
  const by = BY_OWNER[link.at.get("owner") ?? ""];
  return SAFE.test(link.name) && by !== undefined ? by(link) : [];
}
/** Names that a command line can hold as they are. */
const SAFE = /^[A-Za-z0-9][\w.@-]*$/;

const BY_OWNER: Readonly<Record<string, (link: Link) => Step[]>> = {
  kernel: byKernel,
  networkd: byNetworkd,
  networkmanager: byNetworkManager,
  dhcpcd: byDhcpcd,
};

const liveOf = (name: string, key: string): string => quoted(`/proc/sys/net/ipv6/conf/${name}/${key}`);

/** ifupdown sets it by its stanza, after sysctl has; the next advertisement does the rest. */
function byKernel({ name, at }: Link): Step[] {
  const live = liveOf(name, "accept_ra");
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

/** Beside its file, whoever wrote that and wherever: netplan writes its own into /run at each boot. */
function byNetworkd({ at }: Link): Step[] {
  const file = at.get("network") ?? "";
  if (!SAFE.test(file)) return [];
  const place = `/etc/systemd/network/${file}.d/60-accept-ra.conf`;
  const reload = "networkctl reload";
  return [
    { write: place, content: "[Network]\nIPv6AcceptRA=yes\n" },
    { run: reload, keeps: [], undo: reload },
  ];
}

/** Its keyfile is not shown, for it may hold secrets. Led back, NetworkManager sets what it found when it began. */
function byNetworkManager({ name, at }: Link): Step[] {
  const [uuid = "", file = ""] = [at.get("uuid"), at.get("keyfile")];
  if (at.get("method") !== "ignore" || !SAFE.test(uuid) || !SAFE.test(file)) return [];
  const apply = `nmcli device reapply ${name}`;
  const was = (key: string) => `echo ${at.get(key)} >${liveOf(name, key)}`;
  return [
    {
      run: `nmcli connection modify uuid ${uuid} ipv6.method auto && ${apply}`,
      keeps: [`/etc/NetworkManager/system-connections/${file}`],
      undo: `nmcli connection reload && ${apply} && sleep 1 && ${was("accept_ra")} && ${was("forwarding")}`,
    },
  ];
}

/** The last word counts, for this interface alone. Not where it would begin to write a resolv.conf of people's. */
function byDhcpcd({ name, at }: Link): Step[] {
  if (at.get("resolv") === "taken") return [];
  const reload = `dhcpcd -n ${name}`;
  const live = liveOf(name, "accept_ra");
  const end = (content: string) => (content === "" || content.endsWith("\n") ? "" : "\n");
  return [
    { edit: "/etc/dhcpcd.conf", by: (content) => `${content}${end(content)}\ninterface ${name}\nipv6rs\n` },
    { run: reload, keeps: [], undo: `${reload} && sleep 1 && echo ${at.get("accept_ra")} >${live}` },
  ];
}
