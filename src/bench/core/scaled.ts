const POWERS = new Map(
  Object.entries({ p: -12, n: -9, µ: -6, μ: -6, u: -6, m: -3, "": 0, k: 3, K: 3, M: 6, G: 9, T: 12 }),
);
const DOUBLINGS = new Map(Object.entries({ Ki: 10, Mi: 20, Gi: 30, Ti: 40 }));

/** `1.24 ms` as 0.00124: a number in its unit without a prefix; `Ki` is 1024, `K` and `k` are 1000. */
export function scaled(digits: string, unit: string): number | undefined {
  const [isUnit, prefix = ""] = /^([pnµμumkKMGT]i?)?(?:(?:B|elem|b)\/s|B|s)?$/.exec(unit) ?? [];
  const [power, doublings] = [POWERS.get(prefix), DOUBLINGS.get(prefix)];
  if (isUnit === undefined || (power === undefined && doublings === undefined)) return undefined;
  const value = power === undefined ? Number(digits) * 2 ** doublings! : Number(`${digits}e${power}`);
  return Number.isFinite(value) ? value : undefined;
}
