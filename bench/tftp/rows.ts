import type { Name } from "./servers.ts";

const MB = 1_000_000;

/** One line of the table: what is loaded, and what is to be reached. */
export type Row = {
  readonly name: string;
  readonly bytes: number; // of the file
  readonly blockBytes: number;
  readonly window: number;
  readonly clients: number;
  readonly goals: readonly Goal[];
};
/** `speed`: at least so many times the best of them; `cost`: at most so many times its processor time. */
export type Goal = {
  readonly what: "speed" | "cost";
  readonly times: number;
  readonly than: readonly Name[];
};

const PEERS: readonly Name[] = ["tftpd-hpa", "atftpd", "dnsmasq"];
const faster = (times: number, than: readonly Name[]): Goal => ({ what: "speed", times, than });
const HALF_OF_ATFTPD: Goal = { what: "cost", times: 0.5, than: ["atftpd"] };
const CROWD = [faster(1, ["dnsmasq"]), faster(1.5, ["tftpd-hpa"])];
const lone = { clients: 1 } as const;

export const ROWS: readonly Row[] = [
  { name: "512, window 1", bytes: 10 * MB, blockBytes: 512, window: 1, ...lone, goals: [faster(1, PEERS)] },
  {
    name: "1468, window 1",
    bytes: 20 * MB,
    blockBytes: 1468,
    window: 1,
    ...lone,
    goals: [faster(1.1, PEERS)],
  },
  {
    name: "1468, window 16",
    bytes: 40 * MB,
    blockBytes: 1468,
    window: 16,
    ...lone,
    goals: [faster(1.5, ["atftpd"]), HALF_OF_ATFTPD],
  },
  {
    name: "1468, window 32",
    bytes: 40 * MB,
    blockBytes: 1468,
    window: 32,
    ...lone,
    goals: [faster(2.5, ["atftpd"]), HALF_OF_ATFTPD],
  },
  { name: "32 at once", bytes: 2 * MB, blockBytes: 1468, window: 1, clients: 32, goals: CROWD },
  { name: "128 at once", bytes: 1 * MB, blockBytes: 1468, window: 1, clients: 128, goals: CROWD },
];

/** Everybody at once, each by itself: seconds of waiting, not of work. */
export const LOSS = { bytes: 500_000, blockBytes: 1468, percent: 1, windows: [1, 16], times: 0.1 } as const;
