import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { CardMakers } from "./card-makers.ts";

const has = existsSync("/usr/share/ieee-data/oui.csv");

test.skipIf(!has)("who made a card is looked up in IEEE's tables, the longest beginning first", async () => {
  const makers = new CardMakers();

  const found = await makers.of([
    "0c:c4:7a:7c:28:40",
    "52:54:00:12:34:56",
    "70:b3:d5:f2:f0:01",
    "00:22:72:00:00:01",
  ]);
  const again = await makers.of(["0c:c4:7a:7c:28:40"]);

  expect(found.get("0c:c4:7a:7c:28:40")).toMatch(/^Super Micro/);
  expect(found.get("52:54:00:12:34:56")).toBe("made up: a virtual card");
  expect(found.get("70:b3:d5:f2:f0:01")).not.toMatch(/IEEE/); // MA-S, inside a block that is IEEE's own
  expect(found.get("00:22:72:00:00:01")).toMatch(/American Micro/);
  expect(again.get("0c:c4:7a:7c:28:40")).toMatch(/^Super Micro/);
});
