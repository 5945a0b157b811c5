import { expect, test } from "vitest";
import { loaderWith } from "../testing/pretend-loader.ts";
import { readSbat } from "./sbat.ts";

const ROWS = `sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md
grub,5,Free Software Foundation,grub,2.06,https://www.gnu.org/software/grub/
grub.debian,5,Debian,grub2,2.06-13+deb12u2,https://tracker.debian.org/pkg/grub2
`;

test("a loader says its generations and versions in its section .sbat", () => {
  const rows = readSbat(loaderWith(ROWS));

  expect(rows.at(-1)).toEqual({ component: "grub.debian", generation: 5, version: "2.06-13+deb12u2" });
  expect(rows.length).toBe(3);
});

test("a file that is no loader, or is cut off anywhere, says nothing that is not there", () => {
  const whole = loaderWith(ROWS);

  expect(readSbat(new TextEncoder().encode("loader"))).toEqual([]);
  for (let length = 0; length < whole.length; length += 7)
    expect(readSbat(whole.subarray(0, length)).length).toBeLessThanOrEqual(3);
});
