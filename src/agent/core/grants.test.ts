import { expect, test } from "vitest";
import { claim, type Grants, granted } from "./grants.ts";

const [A, B] = ["a".repeat(32), "b".repeat(32)] as [string, string];
const MINUTE = 60_000;
const none: Grants = new Map();
const grant = (before: Grants, plan: number, token: string, now = 0) =>
  granted(before, { machine: "m1", plan }, { now, newToken: () => token });
const asks = (
  token: string,
  more: Partial<Parameters<typeof claim>[2]> = {},
  before = grant(none, 1, A).grants,
) => claim(before, token, { now: 0, asker: "m1", planOf: () => 1, ...more });

test("its own machine gets it, once", () => {
  const first = asks(A);

  expect(first).toMatchObject({ is: "given", grant: { machine: "m1", plan: 1 } });
  expect(first.is === "given" && asks(A, {}, first.grants)).toEqual({
    ...{ is: "refused", machine: "m1", because: "it was fetched before" },
  });
});

test.each([
  ["another token", B, {}, "nobody was given such an address"],
  ["a part of it", A.slice(1), {}, "nobody was given such an address"],
  ["more than it", `${A}a`, {}, "nobody was given such an address"],
  ["none", "", {}, "nobody was given such an address"],
  ["another machine", A, { asker: "m2" }, "it belongs to m1, and m2 asked"],
  ["a stranger", A, { asker: undefined }, "it belongs to m1, and a stranger asked"],
  ["31 minutes later", A, { now: 31 * MINUTE }, "it is older than half an hour"],
  ["another arming", A, { planOf: (): number => 2 }, "its boot plan is gone"],
  ["no arming at all", A, { planOf: (): undefined => undefined }, "its boot plan is gone"],
] as const)("%s gets nothing", (_, token, more, because) => {
  expect(asks(token, more)).toMatchObject({ is: "refused", because });
});

test("the menus of one boot name one token; a later boot, and another arming, get one of their own", () => {
  const first = grant(none, 1, A);

  expect(grant(first.grants, 1, B, MINUTE).grant.token).toBe(A);
  expect(grant(first.grants, 1, B, 6 * MINUTE).grant.token).toBe(B);
  const another = grant(first.grants, 2, B);
  expect(another.grant.token).toBe(B);
  expect(asks(A, {}, another.grants)).toMatchObject({ is: "refused" });
});
