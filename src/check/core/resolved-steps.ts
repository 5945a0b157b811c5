import type { Facts, Step } from "./rule.ts";

const STUB = "../run/systemd/resolve/stub-resolv.conf";
const SERVES = "port53 3500007F"; // 127.0.0.53, as a little-endian kernel writes it
const UNIT = "systemd-resolved.service";
/** Whoever tells it of servers needs a moment. */
const LEARNS = `for n in 1 2 3 4 5; do grep -qs ^nameserver /run/systemd/resolve/resolv.conf && break; sleep 1; done`;

/** Where /etc/resolv.conf means systemd-resolved: it is started; where that runs and nothing means it: it is meant. */
export function resolvedSteps(cause: string, out: string, { init, packages }: Facts): Step[] {
  const lines = out.split("\n");
  const link = lines.find((line) => line.startsWith("link "))?.slice(5) ?? null;
  if (init !== "systemd" || lines.includes("masked")) return [];
  if (lines.includes(SERVES)) return meant(cause, link);
  const isMeant =
    cause === "stub" || (cause === "dangling" && /\/run\/systemd\/resolve\/[\w.-]+$/.test(link ?? ""));
  if (!isMeant || packages["systemd-resolved"] === undefined) return [];
  const [on, off] = lines.includes("enabled") ? ["start", "stop"] : ["enable --now", "disable --now"];
  return [{ run: `systemctl ${on} ${UNIT}; ${LEARNS}`, keeps: [], undo: `systemctl ${off} ${UNIT}` }];
}

function meant(cause: string, link: string | null): Step[] {
  if (cause === "no-nameserver" && link === null) {
    const end = (content: string) => (content === "" || content.endsWith("\n") ? "" : "\n");
    return [
      { edit: "/etc/resolv.conf", by: (content) => `${content}${end(content)}nameserver 127.0.0.53\n` },
    ];
  }
  if (cause !== "dangling" || link === null || !/^[\w./-]+$/.test(link)) return [];
  const as = (to: string, from: string) =>
    `[ "$(readlink /etc/resolv.conf)" = ${from} ] && ln -s ${to} /etc/.resolv.conf-new && mv -T /etc/.resolv.conf-new /etc/resolv.conf`;
  return [{ run: as(STUB, link), keeps: [], undo: as(link, STUB) }];
}
