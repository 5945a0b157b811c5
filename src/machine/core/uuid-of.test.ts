import { expect, test } from "vitest";
import { uuidOf } from "./uuid-of.ts";

test.each([
  ["00564d1234aabbccddeeff001122334455", "564d1234-aabb-ccdd-eeff-001122334455"],
  ["00ffffffffffffffffffffffffffffffff", null],
  ["0000000000000000000000000000000000", null],
  ["01564d", null],
  [null, null],
])("option 97 of %s is the UUID %s", (machineId, uuid) => {
  expect(uuidOf(machineId)).toBe(uuid);
});
