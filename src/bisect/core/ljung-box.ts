const LAGS = 3;
/** Chi-squared with 3 degrees of freedom is above this once in 500 times. */
const RARE = 14.8;

/** Whether a series remembers its past more than chance allows (Ljung and Box 1978, three lags). */
export function wanders(series: readonly number[]): boolean {
  const n = series.length;
  const mean = series.reduce((sum, one) => sum + one, 0) / n;
  const off = series.map((one) => one - mean);
  const whole = off.reduce((sum, one) => sum + one * one, 0);
  if (whole === 0) return false;
  let q = 0;
  for (let lag = 1; lag <= LAGS; lag += 1) {
    const together = off.slice(lag).reduce((sum, one, at) => sum + one * off[at]!, 0) / whole;
    q += (together * together) / (n - lag);
  }
  return n * (n + 2) * q > RARE;
}
