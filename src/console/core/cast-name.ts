/** One recording's file: `web1-2026-03-02T03-14-00-000Z.cast` while it is written, `.cast.gz` once it is sealed. */
export type CastName = {
  readonly file: string; // without `.gz`: the same before and after it is sealed
  readonly machine: string;
  readonly startedAt: number;
  readonly isSealed: boolean;
};

const NAME = /^(([a-z0-9-]{1,63})-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.cast)(\.gz)?$/;

export const castName = (machine: string, startedAt: number): string =>
  `${machine}-${new Date(startedAt).toISOString().replace(/[:.]/g, "-")}.cast`;

/** `undefined`: no recording of ours. */
export function readCastName(name: string): CastName | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, file, machine, day, hour, minute, second, ms, gz] = match;
  const startedAt = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
  if (Number.isNaN(startedAt)) return undefined;
  return { file: file!, machine: machine!, startedAt, isSealed: gz !== undefined };
}
