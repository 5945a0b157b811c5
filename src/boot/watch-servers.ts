import { reason } from "../base/fault.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { judgeServers, type ServerFinding } from "./core/dhcp/other-servers.ts";
import type { ProxySegment, Segment } from "./core/segment.ts";
import { probeOtherServers } from "./probe-other-servers.ts";
import type { BootWorld } from "./world.ts";

type Wish = Pick<BootWorld, "observe" | "now"> & {
  readonly segment: Pick<Segment | ProxySegment, "name" | "interface" | "mode">;
  readonly expected: readonly Ipv4[];
  readonly found: (findings: readonly ServerFinding[]) => void; // when they changed
  readonly probe?: typeof probeOtherServers;
};

const [EVERY_MS, WITHIN_MS] = [600_000, 10_000];

/** Looks for other DHCP servers at the start and every ten minutes; what changed is told. */
export function watchServers({ segment, expected, found, observe, now, probe = probeOtherServers }: Wish) {
  const { name, interface: on, mode = "dhcp" } = segment;
  let first: Ipv4 | undefined;
  let before: readonly ServerFinding[] = [];
  const stopped = new AbortController();
  const tell = (says: string, detail: object) =>
    observe({ kind: "dhcp.other-server", at: now(), says, detail: { segment: name, ...detail } });

  const look = async (): Promise<void> => {
    const heard = await probe(on, WITHIN_MS, stopped.signal);
    const findings = judgeServers({ on, mode, expected, first, heard });
    first ??= heard[0];
    const known = new Set(before.map(({ says }) => says));
    for (const { id, says, servers } of findings) if (!known.has(says)) tell(says, { finding: id, servers });
    if (before.length > 0 && findings.length === 0)
      tell(`The DHCP servers on ${on} are as they should be again.`, { finding: null, servers: heard });
    if (JSON.stringify(findings) !== JSON.stringify(before)) found(findings);
    before = findings;
  };
  const troubled = (error: unknown) => {
    if (stopped.signal.aborted) return;
    const because = reason(error);
    const says = `Other DHCP servers on ${on} cannot be looked for: ${because}`;
    observe({ kind: "fault", at: now(), says, detail: { segment: name, interface: on, because } });
  };
  let looking = look().catch(troubled);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(troubled);
  }, EVERY_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await looking;
    },
  };
}
