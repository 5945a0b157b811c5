import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store?.close();
});

test("a recording is noted when it starts and completed when it ends", async () => {
  const start = { machine: "node-1", path: "node-1/a.cast", startedAt: 1000 };
  const end = { ...start, endedAt: 5000, bytes: 5_000_000_000, sha256: "ab" };

  const begun = await store.noteRecording(start);
  const ended = await store.noteRecording(end);

  expect(begun).toEqual({ ...start, id: begun.id, endedAt: null, bytes: 0, sha256: null });
  expect(ended).toEqual({ ...end, id: begun.id });
});

test("a start that is told again does not reopen a recording", async () => {
  const start = { machine: "node-2", path: "node-2/a.cast", startedAt: 1000 };
  await store.noteRecording({ ...start, endedAt: 5000, bytes: 7, sha256: "ab" });

  await store.noteRecording(start);

  expect(await store.recordings("node-2")).toMatchObject([{ endedAt: 5000, bytes: 7, sha256: "ab" }]);
});

test("the newest recording of a machine comes first, and only its own", async () => {
  for (const startedAt of [1000, 3000, 2000]) {
    await store.noteRecording({ machine: "node-3", path: `node-3/${startedAt}`, startedAt });
  }

  const starts = (await store.recordings("node-3")).map(({ startedAt }) => startedAt);

  expect(starts).toEqual([3000, 2000, 1000]);
});
