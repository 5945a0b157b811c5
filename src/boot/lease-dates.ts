type Until = { readonly until: number };

/**
 * Leases run by a clock that nobody sets, and are written with dates: when the machine's clock is set, who
 * has one has it as long as was promised, and a service that is started later reads what is true by then.
 */
export function datesBy({ now, date }: { readonly now: () => number; readonly date: () => number }) {
  const moved = <L extends Until>(lease: L, ms: number): L => ({ ...lease, until: lease.until + ms });
  return {
    written: <L extends Until>(lease: L) => moved(lease, date() - now()),
    read: <L extends Until>(lease: L) => moved(lease, now() - date()),
  };
}
