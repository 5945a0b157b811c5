/** One line of the table: how much, over how many connections at once, and what is to be reached. */
export type Row = {
  readonly name: string;
  readonly bytes: number;
  readonly connections: number;
  readonly times: number; // at least so many times nginx
};

const [LARGE, SMALL] = [40_000_000, 4096];

export const ROWS: readonly Row[] = [
  { name: "40 MB, 1 connection", bytes: LARGE, connections: 1, times: 1 },
  { name: "40 MB, 8 connections", bytes: LARGE, connections: 8, times: 1 },
  { name: "40 MB, 64 connections", bytes: LARGE, connections: 64, times: 1 },
  { name: "4 KB, 1 connection", bytes: SMALL, connections: 1, times: 1 },
  { name: "4 KB, 8 connections", bytes: SMALL, connections: 8, times: 1 },
  { name: "4 KB, 64 connections", bytes: SMALL, connections: 64, times: 0.8 },
];
export const isLarge = ({ bytes }: Row): boolean => bytes === LARGE;
