import fc from "fast-check";
import { expect, test } from "vitest";
import { fromLatin1, latin1 } from "../../base/text.ts";
import { tokenMask } from "./token-mask.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const LINE = `Command line: auto=true url=http://10.77.0.1/private/${TOKEN}/preseed.cfg console=ttyS0\r\n`;
const MASKED = LINE.replace(TOKEN, `01234567${"*".repeat(24)}`);

test("a token's digits become stars after the first eight, however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: LINE.length }), { maxLength: 9 }), (cuts) => {
      const mask = tokenMask();
      const places = [0, ...cuts.sort((a, b) => a - b), LINE.length];

      const said = places.slice(1).map((to, i) => latin1(mask(fromLatin1(LINE.slice(places[i], to)))));

      expect(said.join("")).toBe(MASKED);
    }),
  );
});

test.each(["private/cafe/menu", "/private", "pprivate/", "private/x0123456789", "0123456789abcdef"])(
  "%j passes as it is",
  (text) => {
    expect(latin1(tokenMask()(fromLatin1(text)))).toBe(text);
  },
);

test("a token after a false start is found", () => {
  expect(latin1(tokenMask()(fromLatin1(`privprivate/${TOKEN}`)))).toBe(
    `privprivate/01234567${"*".repeat(24)}`,
  );
});
