import type { Name } from "./servers.ts";

const MB = 1_000_000;

/** One line of the table: what is loaded, and what is to be reached. */
export type Row = {
  readonly name: string;
  readonly bytes: number; // of the file
  readonly blockBytes: number;
  readonly window: number;
  readonly clients: number;
  readonly isFar?: boolean; // over the slow cable, among those who have windows
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
const far = { bytes: 20 * MB, blockBytes: 1468, isFar: true, ...lone } as const;

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
  { name: "1468, window 16, 1.2 ms away", window: 16, ...far, goals: [faster(1, ["atftpd"])] },
  { name: "1468, window 32, 1.2 ms away", window: 32, ...far, goals: [faster(1.1, ["atftpd"])] },
  { name: "32 at once", bytes: 2 * MB, blockBytes: 1468, window: 1, clients: 32, goals: CROWD },
  { name: "128 at once", bytes: 1 * MB, blockBytes: 1468, window: 1, clients: 128, goals: CROWD },
];

export const FAR_MS = 0.5; // each way

/** Everybody at once, each by itself: seconds of waiting, not of work. */
export const LOSS = { blockBytes: 1468, percent: 1, times: 0.1 } as const;
/** A window meets loss seldom enough for luck to decide: so a longer file, and several times. */
export const LOSS_ROWS = [
  { name: "1 % loss, window 1", window: 1, bytes: MB / 2, attempts: 1 },
  { name: "1 % loss, window 16", window: 16, bytes: 2 * MB, attempts: 3 },
] as const;

/** A rack that is switched on at once: all load the same initrd. */
export const MEMORY = {
  name: "memory",
  bytes: 40 * MB,
  blockBytes: 1468,
  window: 16,
  clients: 128,
  mostMib: 250,
};
