import { afterAll, beforeAll, expect, test } from "vitest";
import { bootCell } from "./boot-cell.ts";
import { allCells, type Image } from "./cells.ts";
import { haveImages } from "./have-images.ts";
import { forgetPeers } from "./places.ts";

/** Of all the cells that `npm run test:firmware` boots: one a firmware, each place where it differs most. */
const CHOSEN = [
  [
    "uefi-secure/own/12",
    "Secure Boot, Microsoft's keys: shim, GRUB and the kernel, which says that it is on",
  ],
  ["uefi-secure-chain/own/12", "Secure Boot refuses iPXE, which nobody signed"],
  ["bios-chain/disguised/12", "a BIOS ROM that is not iPXE loads it, and iPXE its menu, once"],
  ["uefi/kea/12", "OVMF beside Kea gets to the menu of Debian 12, by Debian 13's GRUB"],
  ["uefi-http/own/12", "UEFI HTTP Boot gets to GRUB's menu and Debian 12's kernel"],
] as const;

const isRoot = process.getuid?.() === 0;
const excuse = isRoot ? "" : " (skipped: needs root)";
const stopped = new AbortController();
beforeAll(async () => {
  const images: readonly Image[] = ["debian-12", "debian-13"];
  if (isRoot) await haveImages(images, { progress: () => {}, signal: stopped.signal });
}, 300_000);
afterAll(() => {
  stopped.abort();
  forgetPeers();
});

for (const [id, promise] of CHOSEN) {
  test.skipIf(!isRoot)(`${id}: ${promise}${excuse}`, { timeout: 400_000 }, async ({ skip }) => {
    const cell = allCells().find((one) => one.id === id)!;

    const verdict = await bootCell(cell, { stopped: stopped.signal });

    if (verdict.is === "unknown") return skip(verdict.because); // the boot was not judged
    expect(verdict).toMatchObject({ is: "pass" });
  });
}
