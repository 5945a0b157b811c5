import { expect, test } from "vitest";
import { HTTP, IPXE, ROM, requestOf, UEFI } from "../../../../test/support/dhcp-requests.ts";
import type { Options } from "../dhcp/options.ts";
import { QUIRKS, type Quirk, quirkFor } from "./quirks.ts";
import { wayFinder, workedWays } from "./way-finder.ts";

function aFinder(mode: "dhcp" | "proxy" = "proxy", own: readonly Quirk[] = []) {
  const clock = { ms: 0 };
  const worked = workedWays();
  const finder = wayFinder({ mode, now: () => clock.ms, worked, own });
  const start = (known: Options, afterMs: number) => {
    clock.ms += afterMs;
    return finder.begin(requestOf(known));
  };
  const { mac } = requestOf(UEFI);
  return { finder, start, mac, worked };
}

test("a start that led to nothing moves on to the next way, and after the last to the first", () => {
  const { start } = aFinder();

  const ways = [0, 10_000, 10_000, 10_000].map((afterMs) => start(UEFI, afterMs)?.way);

  expect(ways).toEqual(["file-and-4011", "bypass", "ask-4011", "file-and-4011"]);
});

test("a DISCOVER soon after the last answer stays with its way", () => {
  const { start } = aFinder();
  const first = start(UEFI, 0)?.way;

  expect(start(UEFI, 3_900)?.way).toBe(first);
  expect(start(UEFI, 4_000)?.way).toBe(first);
});

test("what follows a DISCOVER is answered by the same way", () => {
  const { finder, start } = aFinder();
  start(UEFI, 0);
  const second = start(UEFI, 10_000)?.way;

  expect(finder.goOn(requestOf(UEFI))?.way).toBe(second);
});

test("the way by which it asked for a file is kept for the next start, and said to have worked", () => {
  const { finder, start, mac } = aFinder();
  start(UEFI, 0);
  start(UEFI, 10_000);
  finder.gotOn(mac);

  expect(start(UEFI, 3_600_000)).toMatchObject({ way: "bypass", nth: 2, of: 3, worked: true });
});

test("what worked once and then leads to nothing is left again", () => {
  const { finder, start, mac } = aFinder();
  start(UEFI, 0);
  finder.gotOn(mac);
  start(UEFI, 10_000);

  expect(start(UEFI, 10_000)).toMatchObject({ way: "bypass", worked: false });
});

test("what worked outlives the finder", () => {
  const { finder, start, mac, worked } = aFinder();
  start(UEFI, 0);
  start(UEFI, 10_000);
  finder.gotOn(mac);

  const later = wayFinder({ mode: "proxy", now: () => 0, worked });

  expect(later.begin(requestOf(UEFI))?.way).toBe("bypass");
});

test("the ROM, its HTTP Boot and iPXE of one machine are tried apart", () => {
  const { start } = aFinder("dhcp");

  start(UEFI, 0);
  expect(start(HTTP, 10_000)).toMatchObject({ quirk: "uefi-http", nth: 1 });
  expect(start(IPXE, 10_000)).toMatchObject({ quirk: "ipxe", nth: 1 });
  expect(start(UEFI, 10_000)).toMatchObject({ quirk: "uefi", nth: 2 });
});

test("who does not netboot has no way", () => {
  expect(aFinder().start({ vendorClass: "udhcp" }, 0)).toBeUndefined();
});

test("a row of the operator's own goes before ours, by MAC, class and option list", () => {
  const when = { asker: "rom", macs: ["0c:c4:7a", "52:54:00"], vendorClass: "PXEClient:Arch:00000" } as const;
  const own: Quirk = {
    ...{ id: "ours", saw: "", when, proof: { none: "test" } },
    ways: { dhcp: ["bypass"], proxy: ["ask-4011"] },
  };
  const fit = (known: Options, row: Quirk) => quirkFor(requestOf(known), [row])?.id;

  expect(fit(ROM, own)).toBe("ours");
  expect(fit(UEFI, own)).toBe("uefi");
  expect(fit(ROM, { ...own, when: { ...when, macs: ["0c:c4:7a"] } })).toBe("bios");
  expect(fit(ROM, { ...own, when: { ...when, asksFor: [1, 3] } })).toBe("bios");
  expect(
    fit({ ...ROM, askedFor: Uint8Array.of(1, 3, 6) }, { ...own, when: { ...when, asksFor: [1, 3] } }),
  ).toBe("ours");
});

test("every row has its own name, and no way twice", () => {
  expect(new Set(QUIRKS.map(({ id }) => id)).size).toBe(QUIRKS.length);
  for (const { ways } of QUIRKS)
    for (const list of [ways.dhcp, ways.proxy]) expect(new Set(list).size).toBe(list.length);
});
