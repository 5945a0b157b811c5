/**
 * The date when this program began, and from there on evenly: whoever sets the machine's clock makes no lease
 * longer and nobody's patience shorter. What an event is dated with is the date itself.
 */
export const evenNow = (): number => Math.round(performance.timeOrigin + performance.now());
