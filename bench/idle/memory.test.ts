import { expect, test } from "vitest";
import { memoryIn } from "./memory.ts";

const mapping = (head: string, sizes: Record<string, number>) =>
  [head, ...Object.entries(sizes).map(([name, kilobytes]) => `${name}: ${kilobytes} kB`)].join("\n");
const TEXT = "55d0c0a00000-55d0c2000000 r-xp 00a00000 fd:01 1234   /usr/bin/node";
const HEAP = "7f1c00000000-7f1c00200000 rw-p 00000000 00:00 0";

/** One process of a program whose 300 kB of text three processes share, with pages of its own. */
const sharing = (ownKilobytes: number) =>
  `${[
    mapping(TEXT, { Pss: 100, Shared_Clean: 300, Shared_Dirty: 0, Private_Clean: 0, Private_Dirty: 0 }),
    mapping(HEAP, {
      Pss: ownKilobytes,
      Shared_Clean: 0,
      Shared_Dirty: 0,
      Private_Clean: 0,
      Private_Dirty: ownKilobytes,
    }),
  ].join("\n")}\n`;

test("PSS counts a shared page by its share, alone counts it once for the whole group", () => {
  const two = memoryIn([sharing(50), sharing(70)]);

  expect(two).toEqual({ pss: (100 + 50 + 100 + 70) * 1024, alone: (300 + 50 + 70) * 1024 });
});

test("a process that has ended costs nothing", () => {
  expect(memoryIn([""])).toEqual({ pss: 0, alone: 0 });
});
