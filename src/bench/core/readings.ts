export type Metrics = ReadonlyMap<string, readonly number[]>;
/** `notes`: what makes these readings tell less than their number says. */
export type Readings = { readonly metrics: Metrics; readonly notes: readonly string[] };

export function add(metrics: Map<string, number[]>, name: string, value: number): void {
  const there = metrics.get(name);
  if (there === undefined) metrics.set(name, [value]);
  else there.push(value);
}
