import fc from "fast-check";
import { expect, test } from "vitest";
import { pathOf, readRoute } from "./route.ts";

test.each(["machine", "segment", "install", "bench", "bisection"] as const)(
  "every %s's page has an address that leads back to it",
  (at) => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const route = { at, name };

        expect(readRoute(pathOf(route))).toEqual(route);
      }),
    );
  },
);

test("the root is the list of machines, and an address that leads nowhere says so", () => {
  expect(readRoute("/")).toEqual({ at: "machines" });
  expect(readRoute("/machines/")).toEqual({ at: "machines" });
  for (const at of ["images", "segments", "installs", "checks", "benches", "bisections"] as const)
    expect(readRoute(pathOf({ at }))).toEqual({ at });
  expect(readRoute("/images/x")).toEqual({ at: "nowhere", path: "/images/x" });
  const bmc = { at: "machine", name: "m1", side: "bmc" } as const;
  expect(readRoute(pathOf(bmc))).toEqual(bmc);
  expect(readRoute("/segments/lan/bmc")).toEqual({ at: "nowhere", path: "/segments/lan/bmc" });
  expect(readRoute("/machines/m1/x")).toEqual({ at: "nowhere", path: "/machines/m1/x" });
  expect(readRoute("/machines/%zz")).toEqual({ at: "machine", name: "%zz" });
});
