import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import type { Store } from "./open-store.ts";
import type { StoryHome } from "./story-home.ts";

let store: Store & { url: string };
const homes: StoryHome[] = [];
beforeAll(async () => {
  store = await openTestStore();
}, 60_000);
afterAll(async () => {
  for (const home of homes) await home.close();
  await store.close();
});

function opened(leaseMs?: number): StoryHome {
  const home = store.openStories(leaseMs);
  homes.push(home);
  return home;
}
let kinds = 0;
/** A kind of its own, so that tests do not see each other's stories. */
const freshKind = () => `kind-${++kinds}`;
const asked = (kind: string, lane: string) => store.askStory({ kind, lane, subject: { lane }, by: "ann" });
const fine = { is: "fine", value: 1 } as never;

test("a story is claimed by one, appended to, ended, and read by all", async () => {
  const kind = freshKind();
  const id = await asked(kind, "s1");
  const claim = (await opened().claim([kind]))!;
  await claim.append({ seq: 1, at: 1_700_000_000_123, act: "arm", outcome: fine });
  const { journal } = await claim.read();
  await claim.end("done", "all is done");
  await claim.release();

  expect(journal).toEqual([{ seq: 1, at: 1_700_000_000_123, act: "arm", outcome: fine }]);
  expect(await store.story(id)).toMatchObject({ state: "done", says: "all is done", entries: journal });
  expect(await opened().claim([kind])).toBeUndefined();
});

test("two stories of one lane are told one after the other, the begun one first, whoever tells them", async () => {
  const kind = freshKind();
  const first = await asked(kind, "s2");
  const second = await asked(kind, "s2");
  const [ours, theirs] = [opened(), opened()];
  const claim = (await ours.claim([kind]))!;

  expect(claim.story.id).toBe(first);
  expect([await ours.claim([kind]), await theirs.claim([kind])]).toEqual([undefined, undefined]);
  await claim.append({ seq: 1, at: 1, act: "arm", outcome: fine });
  await claim.rest(60_000);
  await claim.release();
  expect(await theirs.claim([kind])).toBeUndefined(); // it rests, and the lane waits for it
  await store.cancelStory(first, "ben");
  const again = (await theirs.claim([kind]))!;
  expect([again.story.id, (await again.read()).cancelled]).toEqual([first, true]);
  await again.end("cancelled", "cancelled by ben");
  await again.release();
  expect((await theirs.claim([kind]))?.story.id).toBe(second);
});

test("a place is taken once", async () => {
  const kind = freshKind();
  await asked(kind, "s3");
  const claim = (await opened().claim([kind]))!;
  await claim.append({ seq: 1, at: 1, act: "arm", outcome: fine });

  await expect(claim.append({ seq: 1, at: 1, act: "arm", outcome: fine })).rejects.toThrow(/duplicate key/);
});

test("whoever holds a story hears that it is cancelled, and that its session is lost", async () => {
  const kind = freshKind();
  const id = await asked(kind, "s4");
  await asked(kind, "s5");
  const home = opened();
  const [one, other] = [(await home.claim([kind]))!, (await home.claim([kind]))!];
  await store.cancelStory(id, "ben");

  await expect.poll(() => one.signal.reason, { timeout: 10_000 }).toEqual({ because: "cancelled" });
  expect(other.signal.aborted).toBe(false);
  await home.close();
  expect(other.signal.reason).toEqual({ because: "lost" });
  await expect(other.append({ seq: 1, at: 1, act: "arm", outcome: fine })).rejects.toThrow(/lost/);
});

test("an unknown story is a fault; an ended one cannot be cancelled", async () => {
  const kind = freshKind();
  const id = await asked(kind, "s6");
  const claim = (await opened().claim([kind]))!;
  await claim.end("failed", "no");
  await claim.release();

  expect(await store.cancelStory(id, "ben")).toBe(false);
  await expect(store.story(999_999)).rejects.toMatchObject({ id: "story.unknown" });
  expect((await store.stories({ lane: "s6", limit: 5 })).map((story) => story.id)).toEqual([id]);
});
