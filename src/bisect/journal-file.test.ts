import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type HoldLock, linesIn, openJournal } from "./journal-file.ts";
import { begun, reading } from "./testing/lines.ts";
import { scratch } from "./testing/repository.ts";

const free: HoldLock = async () => ({ release: async () => {} });
const owner = { user: "ada", pid: 4242, since: "2026-11-29T08:00" };

test("what is appended is there for whoever opens it next, and a torn last line is cut", async () => {
  const directory = scratch();
  const journal = await openJournal({ directory, first: begun(3), holdLock: free, owner });
  await Promise.all([journal.append(reading(1, 10)), journal.append(reading(2, 11))]);
  await journal.close();
  appendFileSync(join(directory, "journal.jsonl"), '{"is":"reading","at":');

  const again = await openJournal({ directory, holdLock: free, owner });
  await again.append(reading(3, 12));
  await again.close();

  expect(linesIn(directory).map(({ is }) => is)).toEqual(["begun", "reading", "reading", "reading"]);
  expect(readFileSync(join(directory, "journal.jsonl"), "utf8").split("\n")).toHaveLength(5);
});

test("whoever comes second is told who the first is", async () => {
  const directory = scratch();
  const first = await openJournal({ directory, first: begun(3), holdLock: free, owner });

  const second = openJournal({
    directory,
    holdLock: async () => {
      throw new Error("taken");
    },
    owner: { ...owner, user: "bob" },
  });

  await expect(second).rejects.toMatchObject({
    id: "bisect.locked",
    says: expect.stringContaining("ada, process 4242, since 2026-11-29T08:00"),
  });
  await first.close();
});

test("a flawed line is named, and nothing is written", async () => {
  const directory = scratch();
  const path = join(directory, "journal.jsonl");
  const before = `${JSON.stringify(begun(2))}\nnot a line\n`;
  writeFileSync(path, before);

  const opened = openJournal({ directory, holdLock: free, owner });

  await expect(opened).rejects.toMatchObject({
    id: "bisect.journal-broken",
    says: expect.stringContaining("Line 2"),
  });
  expect(readFileSync(path, "utf8")).toBe(before);
});
