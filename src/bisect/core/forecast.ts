import type { Belief } from "./belief.ts";
import type { Forecast } from "./engine.ts";
import { entropy, information, informationOfBit } from "./information.ts";
import { effectOf } from "./verdict.ts";

/**
 * The doubt that is left against what a reading tells of it, and the odds that are left against what one
 * tells at the culprit; factors and spread were fitted to simulated searches (docs/bisect.md). Nothing while
 * it is not sure that there is a change at all.
 */
export function forecastOf(belief: Belief, { error, machines }: Search): Forecast | undefined {
  const { chances, noChange } = belief;
  if (noChange > 0.5) return undefined;
  let top = 0;
  let doubt = 0;
  for (let at = 0; at < chances.length; at += 1) {
    if (chances[at]! > chances[top]!) top = at;
    if (chances[at]! > 0) doubt -= chances[at]! * Math.log2(chances[at]!);
  }
  const { bits, nats, effect } = tellsOf(belief, top);
  const probability = chances[top]! * (1 - noChange);
  if (bits < 1e-6 || probability >= 1 - error) return undefined;
  const wanted = logit(1 - error) - Math.max(0, logit(probability));
  const grown = machines.length ** MORE_BESIDE;
  const likely = (PER_BIT * (doubt / bits) + PER_NAT * (wanted / nats) + 1) * grown;
  const { mean, low, high } = effectOf(belief, top);
  const unsure = Math.min(1, (high - low) / 3.92 / Math.abs(mean));
  const readings = {
    low: Math.floor(likely * Math.exp(-(0.3 + 0.7 / effect + 0.4 * unsure))),
    likely: Math.ceil(likely),
    high: Math.ceil(likely * Math.exp(0.4 + 0.9 / effect)),
  };
  return { readings, builds: Math.min(likely, doubt) };
}
type Search = { readonly error: number; readonly machines: readonly string[] };

const PER_BIT = 0.8;
const PER_NAT = 2.7;
/** Readings that are taken at once tell less together: so much more of them are taken. */
const MORE_BESIDE = 1 / 3;

const logit = (p: number): number => Math.log(p / (1 - p));

/** What one reading tells of a commit that is as likely old as new, and at the culprit; the effect in deviations. */
function tellsOf({ weighed, classes }: Belief, top: number) {
  const at = Math.max(0, classes.classOf[top]!);
  const [oldMean, newMean] = [weighed.old.mean[at]!, weighed.new.mean[at]!];
  const variance = weighed.noise[at]!;
  const one = { weight: 1, share: 0.5, oldMean, newMean, oldVariance: variance, newVariance: variance };
  if (weighed.binary === true) {
    const bits = informationOfBit([one]);
    const spread = Math.sqrt((oldMean * (1 - oldMean) + newMean * (1 - newMean)) / 2);
    return { bits, nats: Math.max(1e-3, 2 * bits * Math.LN2), effect: Math.abs(newMean - oldMean) / spread };
  }
  const effect = Math.max(0.3, Math.abs(newMean - oldMean) / Math.sqrt(variance));
  return { bits: Math.min(entropy(0.5), information([one])), nats: effect ** 2 / 2, effect };
}

/** Readings of a whole search through a thousand commits at an error of 1 %, as measured: docs/bisect.md. */
const MEASURED = [
  { effect: 4, readings: 20 },
  { effect: 2, readings: 46 },
  { effect: 1, readings: 147 },
  { effect: 0.5, readings: 580 },
];
const MEASURED_BITS = Math.log2(1000) + Math.log2(100);

/** Before anything was read: by how large the change is against what one reading spreads by. */
export function outlookOf(commits: number, error: number): { effect: number; readings: number }[] {
  const part = (Math.log2(Math.max(2, commits)) + Math.log2(1 / error)) / MEASURED_BITS;
  return MEASURED.map(({ effect, readings }) => ({ effect, readings: Math.ceil(readings * part) }));
}
