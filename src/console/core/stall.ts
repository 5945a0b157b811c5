/** Where a machine is on its way up, as far as its console or its BMC told. */
export type Stage = { readonly id: string; readonly since: number; readonly isTold: boolean };

type Expectation = { readonly silentMs: number; readonly says: string };
const MINUTE = 60_000;

/** Stages in which a machine should speak, how long it may be silent there, and what that usually means. */
export const EXPECTED: Readonly<Record<string, Expectation>> = {
  "power-on": {
    silentMs: 5 * MINUTE, // servers with much memory test it for minutes before the first word
    says: "since it was powered on: its firmware does not write to this serial port, or does not start",
  },
  "pxe-rom": {
    silentMs: 3 * MINUTE,
    says: "since its network boot ROM started: it gets no answer or no file",
  },
  pxelinux: { silentMs: 3 * MINUTE, says: "since PXELINUX started: a file does not come" },
  "kernel-started": {
    silentMs: 5 * MINUTE,
    says: "since Linux started: it hangs, or its console= names another port",
  },
};

/** The next stage, once something was sighted; what is no stage of its own leaves the stall's clock stopped. */
export const stageAfter = (id: string, at: number): Stage => ({ id, since: at, isTold: false });

/** When that stage's silence becomes a stall, if nothing more is said after `lastSaid`. */
export function stallsAt(stage: Stage | undefined, lastSaid: number): number | undefined {
  const expected = stage === undefined || stage.isTold ? undefined : EXPECTED[stage.id];
  return expected && Math.max(stage!.since, lastSaid) + expected.silentMs;
}

/** In words, with the stage as it is afterwards: a stage stalls once. */
export function stalled(stage: Stage): { stage: Stage; says: string } {
  const { silentMs, says } = EXPECTED[stage.id]!;
  return { stage: { ...stage, isTold: true }, says: `Nothing was said for ${silentMs / MINUTE} min ${says}` };
}
