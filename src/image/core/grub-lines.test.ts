import fc from "fast-check";
import { expect, test } from "vitest";
import { grubEntries, parseGrub, printGrub } from "./grub-lines.ts";

test("entries nest as their braces do, titles out of their quotes", () => {
  const text =
    "menuentry 'Install' {\n linux /l\n}\nsubmenu --hotkey=a \"More ...\" {\n menuentry Plain {\n }\n}\n";

  expect(grubEntries(parseGrub(text))).toEqual([
    { is: "menuentry", title: "Install", from: 0, to: 2, entries: [] },
    {
      is: "submenu",
      title: "More ...",
      from: 3,
      to: 6,
      entries: [{ is: "menuentry", title: "Plain", from: 4, to: 5, entries: [] }],
    },
  ]);
});

test("a block that nobody closes ends with the file", () => {
  expect(grubEntries(parseGrub("submenu a {\nmenuentry b {\n"))).toHaveLength(1);
});

test("parsing and printing gives every byte back", () => {
  const some = fc.constantFrom("menuentry 'a' {", "}", "linux /l vga=788", "# x", "", "if x ; then", "fi");
  const config = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.tuple(some, fc.constantFrom("\n", "\r\n"))).map((lines) => lines.flat().join("")),
  );
  fc.assert(
    fc.property(config, (text) => {
      expect(printGrub(parseGrub(text))).toBe(text);
    }),
  );
});
