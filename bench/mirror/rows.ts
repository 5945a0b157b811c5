/** One line of the table. "hit": kept already, asked again and again; "first": never asked before, by 8 at once. */
export type Row = {
  readonly name: string;
  readonly kind: "hit" | "first";
  readonly size: keyof typeof BYTES;
  readonly connections: number;
  readonly files: number; // that a "first" asks for
};

export const BYTES = { small: 200_000, large: 40_000_000 } as const;

const hit = (name: string, size: Row["size"], connections: number): Row => {
  return { name: `kept, ${name}`, kind: "hit", size, connections, files: 1 };
};
export const ROWS: readonly Row[] = [
  hit("40 MB, 1 connection", "large", 1),
  hit("40 MB, 8 connections", "large", 8),
  hit("200 kB, 8 connections", "small", 8),
  hit("200 kB, 64 connections", "small", 64),
  {
    name: "first fetch, 200 files of 200 kB, 8 at once",
    kind: "first",
    size: "small",
    connections: 8,
    files: 200,
  },
  { name: "first fetch, 40 MB", kind: "first", size: "large", connections: 1, files: 1 },
];
/** At least as fast as apt-cacher-ng. */
export const GOAL = 1;
