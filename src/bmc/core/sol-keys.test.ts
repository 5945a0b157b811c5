import fc from "fast-check";
import { expect, test } from "vitest";
import { BREAK_SAID, ESCAPE, FIRST_KEYS, guard, type Strip, strip } from "./sol-keys.ts";

/**
 * ipmitool's own reading of its input, as lib/ipmi_sol.c does it; an escape that is not our double is an
 * error.
 */
function ipmitoolReads(typed: readonly number[]): number[] {
  const sent: number[] = [];
  let [pending, lineStart] = [false, true];
  for (const byte of typed) {
    if (!pending && lineStart && byte === ESCAPE) {
      pending = true;
      continue;
    }
    if (pending && byte !== ESCAPE) throw new Error(`ipmitool took ${byte} for a command`);
    pending = false;
    sent.push(byte);
    lineStart = byte === 13 || byte === 10;
  }
  return sent;
}

const often = fc.oneof(fc.constantFrom(ESCAPE, 13, 10, 0x2e, 0x42), fc.nat(255));

test("whatever is typed, in whatever pieces, is what ipmitool sends on", () => {
  const pieces = fc.array(
    fc.uint8Array({ maxLength: 8 }).chain((size) => fc.array(often, { maxLength: size.length })),
  );
  fc.assert(
    fc.property(pieces, (typed) => {
      let keys = FIRST_KEYS;
      const sent: number[] = [];
      for (const piece of typed) {
        const [bytes, then] = guard(Uint8Array.from(piece), keys);
        sent.push(...bytes);
        keys = then;
      }

      expect(ipmitoolReads(sent)).toEqual(typed.flat());
    }),
  );
});

test("ipmitool's word of a break is taken out of the stream, wherever it is cut, and nothing else", () => {
  const stream = Buffer.concat([Buffer.from("before"), BREAK_SAID, Buffer.from(`\x1eafter`)]);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    let state: Strip = { left: 1, kept: new Uint8Array() };
    const said: number[] = [];
    for (const piece of [stream.subarray(0, cut), stream.subarray(cut)]) {
      const [bytes, then] = strip(piece, state);
      said.push(...bytes);
      state = then;
    }

    expect(Buffer.from(said).toString("latin1"), `cut at ${cut}`).toBe("before\x1eafter");
  }
});

test("without a break sent the machine may say the same words", () => {
  const [said] = strip(BREAK_SAID, { left: 0, kept: new Uint8Array() });

  expect(said).toEqual(BREAK_SAID);
});
