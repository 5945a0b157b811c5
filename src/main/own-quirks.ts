import type { Fingerprint, Quirk } from "../boot/core/strategy/quirks.ts";
import type { QuirkSettings } from "../settings/core/settings.ts";

/** The operator's rows that say how to answer in this mode. */
export function ownQuirks(rows: readonly QuirkSettings[], mode: "dhcp" | "proxy"): readonly Quirk[] {
  return rows.flatMap(({ id, saw, when, ways }) => {
    const [first, ...more] = ways[mode] ?? [];
    if (first === undefined) return [];
    const its = [first, ...more] as const;
    const proof = { none: "a row of the operator's own" };
    return [{ id, saw, when: fingerprintOf(when), ways: { dhcp: its, proxy: its }, proof }];
  });
}

function fingerprintOf({ asker, firmware, macs, ...when }: QuirkSettings["when"]): Fingerprint {
  const { "vendor-class": vendorClass, "asks-for": asksFor } = when;
  return {
    asker,
    ...(firmware && { firmware }),
    ...(macs && { macs }),
    ...(vendorClass && { vendorClass }),
    ...(asksFor && { asksFor }),
  };
}
