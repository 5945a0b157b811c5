export type Metrics = ReadonlyMap<string, readonly number[]>;
/** `notes`: what makes these readings tell less than their number says. */
export type Readings = { readonly metrics: Metrics; readonly notes: readonly string[] };
