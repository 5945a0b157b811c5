import { expect, test } from "vitest";
import { SHEET, svg } from "./core/svg.ts";
import { readingsByVersion } from "./core/versions.ts";
import { hasFont, png } from "./png.ts";

const picture = (name: string, values: readonly number[]) =>
  svg(readingsByVersion([{ name, values }], { title: name, unit: "s" }), { ...SHEET, theme: "light" });
const size = (image: Uint8Array) => {
  const view = new DataView(image.buffer, image.byteOffset);
  return [view.getUint32(16), view.getUint32(20)]; // PNG (ISO/IEC 15948) 11.2.2: IHDR
};

test("a picture is a PNG of twice its size, the same each time, another one when a value moves", () => {
  const [one, again, moved] = [
    [1, 2, 5],
    [1, 2, 5],
    [1, 3, 5],
  ].map((values) => png(picture("v1", values)));

  expect(size(one!)).toEqual([1800, 800]);
  expect(Buffer.compare(one!, again!)).toBe(0);
  expect(Buffer.compare(one!, moved!)).not.toBe(0);
});

const NO_FONT = !hasFont() && "this machine has no font (apt-get install fonts-dejavu-core)";

test.skipIf(NO_FONT)("where there is a font, words are to be seen: another name is another picture", () => {
  expect(Buffer.compare(png(picture("aaaa", [1, 2])), png(picture("bbbb", [1, 2])))).not.toBe(0);
});
