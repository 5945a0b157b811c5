import { z } from "zod";
import { readSize } from "../../base/units.ts";
import { word } from "./word.ts";

const volume = z.strictObject({
  mount: z
    .string()
    .regex(/^(swap|\/|(\/[a-z0-9][a-z0-9._-]{0,30}){1,4})$/, "a place such as / or /var, or swap"),
  size: z
    .union([z.literal("rest"), word(readSize, "20GB")])
    .describe('such as 20GB; one of them takes the "rest"'),
  as: z.enum(["ext4", "xfs", "swap"]).default("ext4"),
});

/** How an imaged install lays out disks. */
export const recipe = z
  .strictObject({
    disks: z
      .union([z.literal(1), z.literal(2)])
      .default(1)
      .describe("2: both hold the same, RAID 1"),
    group: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,30}$/, "a name of an LVM volume group")
      .optional()
      .describe("the LVM volume group that the volumes are in; not given: partitions"),
    volume: z.array(volume).min(1).max(16),
  })
  .check((context) => {
    const { disks, group, volume: all } = context.value;
    const issue = (path: PropertyKey[], message: string) =>
      context.issues.push({ code: "custom", message, path, input: context.value });
    if (!all.some(({ mount }) => mount === "/")) issue(["volume"], "no volume is for /");
    if (disks === 2 && group === undefined) issue(["group"], "two disks want a volume group");
    if (all.filter(({ size }) => size === "rest").length > 1)
      issue(["volume"], "more than one takes the rest");
    for (const [i, { mount, size, as }] of all.entries()) {
      if (all.findIndex((other) => other.mount === mount) < i)
        issue(["volume", i, "mount"], `${mount} is there twice`);
      if ((mount === "swap") !== (as === "swap")) issue(["volume", i, "as"], `${mount} cannot be ${as}`);
      if (/^\/boot(\/|$)/.test(mount)) issue(["volume", i, "mount"], "/boot lies in the root file system");
      const least = mount === "/" ? 2e9 : 64 * 2 ** 20;
      if (size !== "rest" && size < least)
        issue(["volume", i, "size"], mount === "/" ? "/ has less than 2 GB" : "less than 64 MiB");
    }
  });
