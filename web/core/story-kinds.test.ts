import { expect, test } from "vitest";
import { bootsWords, kindOf, STORY_KINDS, subjectOf } from "./story-kinds.ts";

test("each kind of work is called by its own name, and one that is not known by the service's", () => {
  expect(Object.keys(STORY_KINDS).map((kind) => kindOf({ kind }).title)).toEqual([
    "Install",
    "Rescue",
    "Wipe",
  ]);
  expect(kindOf({ kind: "burn-in" }).title).toBe("Burn-in");
  expect(kindOf({ kind: "toString" }).title).toBe("ToString");
});

test("a wipe names its disks, an install its image, a rescue has neither", () => {
  const wiped = { disks: ["S3Z8", "S3Z9"], method: "auto", readBack: "sample", now: true };
  expect(subjectOf({ kind: "wipe", subject: wiped })).toBe("wipe of S3Z8 and S3Z9, method auto");
  expect(subjectOf({ kind: "install", subject: { image: "debian-13", method: "imaged" } })).toBe(
    "install of debian-13, method imaged",
  );
  expect(subjectOf({ kind: "rescue", subject: { key: "ssh-ed25519 AAAA", now: false } })).toBe("rescue");
});

test("asking again says whether the machine is power-cycled or waited for", () => {
  expect(bootsWords({ machine: "m1", subject: { now: false } })).toContain("when it next asks the network");
  expect(bootsWords({ machine: "m1", subject: {} })).toBe("m1 is power-cycled.");
});
