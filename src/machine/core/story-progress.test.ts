import { expect, test } from "vitest";
import type { Entry } from "../../story/core/story.ts";
import { progressOf } from "./story-progress.ts";

const done = (...acts: string[]): Entry[] =>
  acts.map((act, at) => ({ seq: at + 1, at, act, outcome: { is: "fine", value: null } }));
const hand = (errand: string, percent: number, words: string) =>
  ({ kind: "hand.progress", detail: { errand, percent, words } }) as const;
const dialog = (subject: string) =>
  ({ kind: "console.sighting", detail: { sighting: "installer-dialog", subject } }) as const;
const imaged = { id: 7, kind: "install", subject: { method: "imaged" } };
const installer = { id: 7, kind: "install", subject: { method: "installer" } };

test("an errand tells how far its step is; what an earlier one told does not count for the next", () => {
  const journal = done("boot", "look at the disks", "lay out the disks");
  const earlier = [hand("install-7-lay-out", 100, "the disks are laid out")];
  const now = [...earlier, hand("install-7-unpack", 40, "unpacking")];

  expect(progressOf(imaged, journal, earlier)).toEqual({ step: 4, of: 8, percent: null, says: "unpack" });
  expect(progressOf(imaged, journal, now)).toEqual({
    step: 4,
    of: 8,
    percent: 40,
    says: "unpack: unpacking",
  });
});

test("the installer's dialogs tell how far it is, and one that comes again takes nothing back", () => {
  const journal = done("boot", "see the installer");
  const dialogs = [
    "Select a language",
    "Partition disks",
    "Installing the base system",
    "Configure the network",
  ];

  const { percent, ...rest } = progressOf(installer, journal, dialogs.map(dialog))!;

  expect(percent).toBe(58);
  expect(rest).toEqual({ step: 3, of: 4, says: 'the installer shows "Configure the network"' });
});

test("a wipe and a rescue have steps, and other stories none", () => {
  const erasing = [hand("wipe-3-erase", 20, "overwriting sda")];

  expect(
    progressOf({ id: 3, kind: "wipe", subject: {} }, done("boot", "look at the disks"), erasing),
  ).toEqual({
    ...{ step: 3, of: 3, percent: 20, says: "erase: overwriting sda" },
  });
  expect(progressOf({ id: 3, kind: "bisection", subject: {} }, [], [])).toBeUndefined();
});
