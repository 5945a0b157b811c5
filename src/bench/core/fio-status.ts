/** What fio's line about itself says while it measures. */
export type FioStatus = {
  readonly percent: number;
  readonly iops: number; // all processes and directions, of about the last second
  readonly left: string; // 15m:06s
};

const LINE = /\[(\d+(?:\.\d+)?)%\].*?\[([^[\]]*) IOPS\]\[eta ([\dhdms:]+)\]/g;
const SCALE: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };

/** `Jobs: 2 (f=2): [r(1),m(1)][42.9%][r=36.0MiB/s,w=14.3MiB/s][r=9222,w=3653 IOPS][eta 00m:04s]`; of several the last. */
export function readFioStatus(text: string): FioStatus | undefined {
  const [, percent, rates, left] = [...text.matchAll(LINE)].at(-1) ?? [];
  if (rates === undefined) return undefined;
  const all = [...rates.matchAll(/[rwt]=(\d+(?:\.\d+)?)([kMG]?)/g)];
  const iops = all.reduce((sum, [, figure, scale]) => sum + Number(figure) * SCALE[scale!]!, 0);
  return { percent: Number(percent), iops, left: left! };
}
