import fc from "fast-check";
import { expect, test } from "vitest";
import { pathOf, readRoute } from "./route.ts";

test("every machine's page has an address that leads back to it", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      const route = { at: "machine", name } as const;

      expect(readRoute(pathOf(route))).toEqual(route);
    }),
  );
});

test("the root is the list of machines, and an address that leads nowhere says so", () => {
  expect(readRoute("/")).toEqual({ at: "machines" });
  expect(readRoute("/machines/")).toEqual({ at: "machines" });
  expect(readRoute("/images")).toEqual({ at: "images" });
  expect(readRoute("/machines/m1/x")).toEqual({ at: "nowhere", path: "/machines/m1/x" });
  expect(readRoute("/machines/%zz")).toEqual({ at: "machine", name: "%zz" });
});
