import type { FromAgent } from "../api/agent.ts";
import type { SegmentFinding } from "../api/shapes.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import type { ServerFinding } from "../boot/core/dhcp/other-servers.ts";
import type { KeptLease, Leases } from "../boot/core/leases.ts";

type Report = Extract<FromAgent, { is: "leases" | "segment" }>;
type Needs = {
  readonly tell: (report: Report) => void; // lost while no service is there, which is told all when it comes
  readonly now: () => number;
};

const GATHERED_FOR_MS = 1000;
const AT_ONCE = 1000; // leases in one message

/** Tells the service who has which address, and what is wrong on the segment. */
export class SegmentReports {
  readonly #needs: Needs;
  #leases: readonly Pick<Leases, "all" | "room">[] = []; // of the segment itself, and behind its relays
  readonly #changed = new Map<Ipv4, KeptLease>();
  #servers: readonly SegmentFinding[] = [];
  #about = new Map<string, number>(); // since when something is so
  #timer: NodeJS.Timeout | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** What is leased from now on; told at once, for the settings may have changed. */
  over(leases: readonly Pick<Leases, "all" | "room">[]): void {
    this.#leases = leases;
    this.#changed.clear();
    this.#servers = [];
    for (const report of this.all()) this.#needs.tell(report);
  }

  readonly changed = (lease: KeptLease): void => {
    this.#changed.set(lease.address, lease);
    this.#soon();
  };

  readonly found = (findings: readonly ServerFinding[]): void => {
    this.#servers = findings.map((one) => ({
      ...one,
      servers: [...one.servers],
      since: this.#since(one.says),
    }));
    this.#soon();
  };

  /** Everything, for a service that is new, or lost some of it. */
  readonly all = (): Report[] => {
    const leases = this.#leases.flatMap((one) => [...one.all()]).map(told);
    const parts = Array.from({ length: Math.max(1, Math.ceil(leases.length / AT_ONCE)) }, (_, i) =>
      leases.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
    );
    return [
      ...parts.map((part, i): Report => ({ is: "leases", whole: i === 0, leases: part })),
      this.#segment(),
    ];
  };

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const leases = [...this.#changed.values()].map(told);
      this.#changed.clear();
      for (let at = 0; at < leases.length; at += AT_ONCE)
        this.#needs.tell({ is: "leases", whole: false, leases: leases.slice(at, at + AT_ONCE) });
      this.#needs.tell(this.#segment());
    }, GATHERED_FOR_MS).unref();
  }

  #segment(): Report {
    const rooms = this.#leases.map((one) => one.room());
    const sum = (field: "size" | "free" | "aside") => rooms.reduce((all, one) => all + one[field], 0);
    const room = { size: sum("size"), free: sum("free"), aside: sum("aside") };
    const findings = [...this.#servers, ...(rooms.length === 0 ? [] : this.#aboutRoom(room))];
    return { is: "segment", room: rooms.length === 0 ? null : room, findings };
  }

  #aboutRoom({ size, free, aside }: { size: number; free: number; aside: number }): SegmentFinding[] {
    const empty = `No address is free: all ${size} are leased, offered or set aside.`;
    const used = `${aside} of ${size} addresses are used by others, or were refused as used, and are set aside.`;
    const found: SegmentFinding[] = [];
    if (free === 0)
      found.push(this.#finding("pool-empty", empty, "Widen the pool, or wait until leases end."));
    if (aside > 0)
      found.push(
        this.#finding("addresses-used", used, "Move those hosts, or take their addresses out of the pool."),
      );
    return found;
  }

  #finding(id: SegmentFinding["id"], says: string, remedy: string): SegmentFinding {
    return { id, says, remedy, servers: [], since: this.#since(id) };
  }

  #since(what: string): number {
    const since = this.#about.get(what) ?? this.#needs.now();
    this.#about.set(what, since);
    return since;
  }
}

const told = ({ mac, address, until, known = false }: KeptLease) => ({ mac, address, until, known });
