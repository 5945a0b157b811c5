/** What wrk counted in one run; `errors` are broken connections, timeouts and answers that are not 2xx. */
export type Counted = {
  readonly mbPerSecond: number;
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly errors: number;
};

const BYTES: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
const MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

export function readWrk(output: string): Counted {
  const [, transfer = "", unit = ""] = /Transfer\/sec:\s+([\d.]+)([KMG]?)B/.exec(output) ?? [];
  const [, requests = ""] = /Requests\/sec:\s+([\d.]+)/.exec(output) ?? [];
  if (transfer === "" || requests === "") throw new Error(`wrk said something else: ${output}`);
  const [, p99 = "", time = "ms"] = /99%\s+([\d.]+)(us|ms|s|m)/.exec(output) ?? [];
  const errors = /connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output)?.slice(1, 4) ?? [];
  const [, others = "0"] = /Non-2xx or 3xx responses: (\d+)/.exec(output) ?? [];
  return {
    mbPerSecond: (Number(transfer) * BYTES[unit]!) / 1e6,
    requestsPerSecond: Number(requests),
    p99Ms: Number(p99) * MS[time]!,
    errors: errors.reduce((sum, one) => sum + Number(one), Number(others)),
  };
}
