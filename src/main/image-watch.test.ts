import { expect, test } from "vitest";
import type { Image, ImageCheck } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { ImageWatch } from "./image-watch.ts";

const image = (name: string, root: string): Image => ({
  ...{
    name,
    root,
    release: "12",
    kind: "installer",
    suite: "bookworm",
    arch: "amd64",
    build: "b",
    kernelRelease: "6.1.0",
    loaders: null,
    check: null,
  },
});

function setUp(images: Image[], told: Observed[] = []) {
  const clock = { now: 0 };
  const asked: string[] = [];
  const troubles: unknown[] = [];
  const grounds = { of: "Tuesday's mirror" as string | undefined };
  const verdict = { now: { overall: "pass", findings: [] } as Omit<ImageCheck, "at"> };
  const watch = new ImageWatch({
    images: async () => images,
    check: async (name) => {
      asked.push(name);
      if (name === "broken") throw new Error("no mirror");
      return verdict.now;
    },
    grounds: async () => grounds.of,
    toldBefore: async () => [...told],
    observed: async (events) => void told.push(...events),
    now: () => clock.now,
    troubled: (error) => troubles.push(error),
  });
  return { watch, clock, asked, troubles, grounds, verdict, told };
}

test("an image is checked once a day, and a new generation at once", async () => {
  const images = [image("debian-12", "/a")];
  const { watch, clock, asked } = setUp(images);

  await watch.look();
  await watch.look();
  images[0] = image("debian-12", "/b");
  expect(watch.of(images[0])).toBe(null);
  await watch.look();
  clock.now = 25 * 3_600_000;
  await watch.look();

  expect(asked.length).toBe(3);
  expect(watch.of(images[0])).toEqual({ overall: "pass", findings: [], at: clock.now });
  await watch.stop();
});

test("an image is checked again when its mirror moved on, not when the mirror cannot be asked", async () => {
  const { watch, asked, grounds } = setUp([image("debian-12", "/a")]);
  await watch.look();

  grounds.of = undefined;
  await watch.look();
  expect(asked.length).toBe(1);
  grounds.of = "Wednesday's mirror";
  await watch.look();

  expect(asked.length).toBe(2);
  await watch.stop();
});

test("a check that breaks says so, is tried again, and keeps no other image from its own", async () => {
  const { watch, asked, troubles } = setUp([image("broken", "/x"), image("debian-13", "/y")]);

  await watch.look();
  await watch.look();

  expect(asked).toEqual(["broken", "debian-13", "broken"]);
  expect(troubles.length).toBe(2);
  await watch.stop();
});

const SKEW: Omit<ImageCheck, "at"> = {
  overall: "fail",
  findings: [
    { id: "skew", is: "fail", says: "The mirror has no modules for 6.1.0-42.", remedy: "Pull it anew." },
    { id: "build", is: "warn", says: "It is not the newest." },
  ],
};
const DAY = 24 * 3_600_000;

test("an image that fits its mirror no more is told once, and once that it fits again", async () => {
  const { watch, clock, verdict, told } = setUp([image("debian-12", "/a"), image("debian-13", "/b")]);
  const checks: Omit<ImageCheck, "at">[] = [
    ...[
      { overall: "pass" as const, findings: [] },
      SKEW,
      SKEW,
      { overall: "unknown" as const, findings: [] },
    ],
    ...[SKEW, { overall: "pass" as const, findings: [] }, { overall: "pass" as const, findings: [] }],
  ];

  for (const [day, check] of checks.entries()) {
    clock.now = day * DAY;
    verdict.now = check;
    await watch.look();
  }

  const of = (name: string) => told.filter(({ detail }) => detail?.image === name);
  expect(of("debian-12")).toEqual([
    {
      ...{ kind: "image.failed", at: DAY },
      says: "debian-12 fails its check: The mirror has no modules for 6.1.0-42.",
      detail: { image: "debian-12", findings: ["skew"], remedies: ["Pull it anew."] },
    },
    {
      ...{ kind: "image.passed", at: 5 * DAY, says: "debian-12 passes its check again" },
      detail: { image: "debian-12" },
    },
  ]);
  expect(of("debian-13").map(({ kind }) => kind)).toEqual(["image.failed", "image.passed"]);
  await watch.stop();
});

test("a service that is started again tells no failure twice, and does not miss its end", async () => {
  const images = [image("debian-12", "/a")];
  const before = setUp(images);
  before.verdict.now = SKEW;
  await before.watch.look();
  await before.watch.stop();
  const after = setUp(images, before.told);

  after.verdict.now = SKEW;
  await after.watch.look();
  expect(after.told.map(({ kind }) => kind)).toEqual(["image.failed"]);
  after.verdict.now = { overall: "pass", findings: [] };
  await after.watch.checkNow("debian-12");

  expect(after.told.map(({ kind }) => kind)).toEqual(["image.failed", "image.passed"]);
  await after.watch.stop();
});

test("how images stand is told of those that are here, by name", async () => {
  const images = [image("debian-12", "/a"), image("debian-13", "/b")];
  const { watch, verdict } = setUp(images);
  verdict.now = SKEW;

  await watch.look();
  images.pop();
  await watch.look();

  expect(watch.standing()).toEqual([{ name: "debian-12", overall: "fail" }]);
  await watch.stop();
});
