import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addGeneration, newestGeneration } from "./generations.ts";
import { scratch } from "./testing/scratch.ts";

const filled = (word: string) => async (beside: string) => {
  mkdirSync(join(beside, "tree"));
  writeFileSync(join(beside, "tree/linux"), word);
};

test("each generation has a folder of its own, and the last two stay", async () => {
  const place = join(scratch(), "debian-12");
  for (const key of ["a", "b", "c"]) await addGeneration(place, key, filled(key));

  expect(readdirSync(place).sort()).toEqual(["generation-2", "generation-3"]);
  expect(await newestGeneration(place)).toEqual({
    number: 3,
    key: "c",
    tree: join(place, "generation-3/tree"),
  });
});

test("one that could not be filled never gets a number and leaves nothing", async () => {
  const place = join(scratch(), "debian-12");
  await addGeneration(place, "a", filled("a"));
  const failing = addGeneration(place, "b", async (beside) => {
    await filled("b")(beside);
    throw new Error("cut off");
  });

  await expect(failing).rejects.toThrow("cut off");
  expect(readdirSync(place)).toEqual(["generation-1"]);
});

test("what a killed pull left goes with the next one", async () => {
  const place = join(scratch(), "debian-12");
  mkdirSync(join(place, ".coming-killed/tree"), { recursive: true });
  expect(await newestGeneration(place)).toBeUndefined();
  await addGeneration(place, "a", filled("a"));

  expect(existsSync(join(place, ".coming-killed"))).toBe(false);
});
