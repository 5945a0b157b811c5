import { expect, test } from "vitest";
import type { Image } from "../api/shapes.ts";
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

function setUp(images: Image[]) {
  const clock = { now: 0 };
  const asked: string[] = [];
  const troubles: unknown[] = [];
  const grounds = { of: "Tuesday's mirror" as string | undefined };
  const watch = new ImageWatch({
    images: async () => images,
    check: async (name) => {
      asked.push(name);
      if (name === "broken") throw new Error("no mirror");
      return { overall: "pass", findings: [] };
    },
    grounds: async () => grounds.of,
    now: () => clock.now,
    troubled: (error) => troubles.push(error),
  });
  return { watch, clock, asked, troubles, grounds };
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
