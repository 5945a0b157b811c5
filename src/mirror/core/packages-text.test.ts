import fc from "fast-check";
import { expect, test } from "vitest";
import { hex } from "../../base/text.ts";
import { promisedIn, takePromised } from "./packages-text.ts";

const [A, B] = ["aa".repeat(32), "bb".repeat(32)];
const TEXT = `Package: a
Filename: pool/a.deb
Size: 1
SHA256: ${A}

Package: none
Description: has neither

Package: b
SHA256: ${B}
Filename: ./pool/b.deb
`;

test("each package's path and hash come out of an index, however it is cut", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: TEXT.length }), (cut) => {
      const first = takePromised("", TEXT.slice(0, cut));
      const second = takePromised(first.rest, TEXT.slice(cut));
      const all = [...first.promised, ...second.promised, ...promisedIn(second.rest)];
      expect(all.map(({ path, sha256 }) => [path, hex(sha256)])).toEqual([
        ["pool/a.deb", A],
        ["pool/b.deb", B],
      ]);
    }),
  );
});
