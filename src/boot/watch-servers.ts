import type { Address } from "../base/address.ts";
import { reason } from "../base/fault.ts";
import { judgeServers, type Looked, type ServerFinding } from "./core/dhcp/other-servers.ts";
import type { ProxySegment, Segment } from "./core/segment.ts";
import { probeOtherServers } from "./probe-other-servers.ts";
import { probeOtherServers6 } from "./probe-other-servers6.ts";
import type { BootWorld } from "./world.ts";

export type Probe = (name: string, withinMs: number, signal?: AbortSignal) => Promise<readonly Address[]>;
type Wish = Pick<BootWorld, "observe" | "now"> & {
  readonly segment: Pick<Segment | ProxySegment, "name" | "interface" | "mode"> & {
    readonly ipv6?: Pick<NonNullable<Segment["ipv6"]>, "mode"> | undefined;
  };
  readonly expected: readonly Address[];
  readonly found: (findings: readonly ServerFinding[]) => void; // when they changed
  readonly probes?: Readonly<Record<Looked["of"], Probe>>;
};

const [EVERY_MS, WITHIN_MS] = [600_000, 10_000];
const PROBES = { DHCP: probeOtherServers, DHCPv6: probeOtherServers6 } as const;

/** Looks for other DHCP servers at the start and every ten minutes; what changed is told. */
export function watchServers({ segment, expected, found, observe, now, probes = PROBES }: Wish) {
  const { name, interface: on, mode = "dhcp", ipv6 } = segment;
  const asked: Pick<Looked, "of" | "leases">[] = [{ of: "DHCP", leases: mode === "dhcp" }];
  if (ipv6 !== undefined) asked.push({ of: "DHCPv6", leases: ipv6.mode === "lease" });
  const first = new Map<Looked["of"], Address>();
  const before = new Map<Looked["of"], readonly ServerFinding[]>();
  const stopped = new AbortController();
  const tell = (says: string, detail: object) =>
    observe({ kind: "dhcp.other-server", at: now(), says, detail: { segment: name, ...detail } });

  const lookFor = async ({ of, leases }: (typeof asked)[number]): Promise<void> => {
    const heard = await probes[of](on, WITHIN_MS, stopped.signal);
    const findings = judgeServers({ on, of, leases, expected, first: first.get(of), heard });
    if (heard[0] !== undefined && !first.has(of)) first.set(of, heard[0]);
    const past = before.get(of) ?? [];
    const known = new Set(past.map(({ says }) => says));
    for (const { id, says, servers } of findings) if (!known.has(says)) tell(says, { finding: id, servers });
    if (past.length > 0 && findings.length === 0)
      tell(`The ${of} servers on ${on} are as they should be again.`, { finding: null, servers: heard });
    before.set(of, findings);
    if (JSON.stringify(findings) !== JSON.stringify(past)) found([...before.values()].flat());
  };
  const troubled = (error: unknown) => {
    if (stopped.signal.aborted) return;
    const because = reason(error);
    const says = `Other DHCP servers on ${on} cannot be looked for: ${because}`;
    observe({ kind: "fault", at: now(), says, detail: { segment: name, interface: on, because } });
  };
  const look = async (): Promise<void> => {
    for (const one of asked) await lookFor(one).catch(troubled);
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, EVERY_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await looking;
    },
  };
}
