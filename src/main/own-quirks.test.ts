import { expect, test } from "vitest";
import { LOADERS } from "../boot/core/dhcp/architectures.ts";
import { WAYS } from "../boot/core/strategy/ways.ts";
import { quirk } from "../settings/core/settings.ts";
import { ownQuirks } from "./own-quirks.ts";

const ROW = {
  id: "ours",
  saw: "They pass over an offer without option 43.",
  when: { asker: "rom", "vendor-class": "PXEClient:Arch:00000", "asks-for": [1, 3] },
  ways: { proxy: ["ask-4011"] },
};

test("a row counts only where it says how to answer", () => {
  const rows = [quirk.parse(ROW)];

  expect(ownQuirks(rows, "dhcp")).toEqual([]);
  expect(ownQuirks(rows, "proxy")).toMatchObject([
    {
      id: "ours",
      when: { asker: "rom", vendorClass: "PXEClient:Arch:00000", asksFor: [1, 3] },
      ways: { proxy: ["ask-4011"] },
    },
  ]);
});

test("the settings know each way and each firmware that the boot service knows", () => {
  const all = Object.keys(WAYS);
  const own = (ways: string[], asker: string) =>
    quirk.safeParse({ ...ROW, when: { asker }, ways: { dhcp: ways } });
  const urls = all.filter((way) => way.startsWith("url"));

  expect(own(urls, "http").success).toBe(true);
  expect(
    own(
      all.filter((way) => !urls.includes(way)),
      "rom",
    ).success,
  ).toBe(true);
  expect(quirk.safeParse({ ...ROW, when: { asker: "rom", firmware: Object.keys(LOADERS) } }).success).toBe(
    true,
  );
});
