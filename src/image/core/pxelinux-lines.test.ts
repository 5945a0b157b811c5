import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePxelinux, printPxelinux, withValue } from "./pxelinux-lines.ts";

const says = (text: string) => parsePxelinux(text).map((line) => [line.says, line.value]);

test("a directive is known whatever its case and indentation, with its value as written", () => {
  expect(says("\tMENU  Label ^Install \nAppend  vga=788 ---  ")).toEqual([
    ["menu label", "^Install "],
    ["append", "vga=788 ---  "],
  ]);
});

test("a comment, a blank line and the text of a help say nothing", () => {
  const text = "# label no\n\ntext help\nlabel no\nendtext\nlabel yes\n";

  expect(says(text).map(([word]) => word)).toEqual(["", "", "text help", "", "endtext", "label"]);
});

test("another value leaves the rest of the line as it was", () => {
  const [line] = parsePxelinux("\tappend   vga=788 \r\n");

  expect(printPxelinux([withValue(line!, "quiet")])).toBe("\tappend   quiet\r\n");
});

const directive = fc.constantFrom(
  ...[
    "label a",
    "menu begin x",
    "menu end",
    "\tappend vga=788 --- quiet ",
    "include x.cfg",
    "text help",
    "endtext",
  ],
  ...["# note", "", "   ", "\tkernel a/linux", "F1 x.txt", "menu title \x07T", "serial 0 9600", "timeout"],
);
const config = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.tuple(directive, fc.constantFrom("\n", "\r\n"))).map((lines) => lines.flat().join("")),
);

test("parsing and printing gives every byte back", () => {
  fc.assert(
    fc.property(config, (text) => {
      expect(printPxelinux(parsePxelinux(text))).toBe(text);
    }),
  );
});
