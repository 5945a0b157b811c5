import { expect, test } from "vitest";
import { claim, claimedBy, type GrantKind, type Grants, granted } from "./grants.ts";

const [A, B] = ["a".repeat(32), "b".repeat(32)] as [string, string];
const MINUTE = 60_000;
const none: Grants = new Map();
const digestOf = (token: string) => `digest of ${token}`;
const grant = (before: Grants, plan: number, token: string, now = 0, kind: GrantKind = "preseed") =>
  granted(
    before,
    { kind, machine: "m1", plan },
    { now, newToken: () => ({ token, digest: digestOf(token) }) },
  );
type More = Partial<Parameters<typeof claim>[2]>;
const asks = (
  token: string,
  more: More = {},
  before = grant(none, 1, A).grants,
  kind: GrantKind = "preseed",
) => claim(before, kind, { digest: digestOf(token), now: 0, asker: "m1", planOf: () => 1, ...more });

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

const hand = grant(none, 1, A, 0, "hand").grants;

test("a hand's token is good for the length of its boot, and ended by the next arming", () => {
  expect(asks(A, { now: 90 * 24 * 60 * MINUTE }, hand, "hand").is).toBe("given");
  expect(asks(A, { planOf: () => 2 }, hand, "hand")).toMatchObject({ is: "refused", isOver: true });
  expect(asks(A, { planOf: () => 2, asker: "m2" }, hand, "hand")).not.toHaveProperty("isOver");
});

test("a token of one kind is none of the other", () => {
  expect(asks(A, {}, hand, "preseed").is).toBe("refused");
  expect(asks(A, {}, undefined, "hand").is).toBe("refused");
});

test("a hand's token belongs to the first boot that says hello with it, and is named in no later menu", () => {
  const first = asks(A, {}, hand, "hand");
  const taken = first.is === "given" ? claimedBy(first.grants, first.grant, "boot 1")! : none;
  const held = [...taken.values()][0]!;

  expect([claimedBy(taken, held, "boot 1"), claimedBy(taken, held, "boot 2")]).toEqual([taken, undefined]);
  expect(grant(taken, 1, B, 1, "hand").grant.token).toBe(B);
});

test("where only the digest was kept, the token holds and a new menu names another", () => {
  const { token: _, ...kept } = [...hand.values()][0]!;
  const after: Grants = new Map([["hand m1", kept]]);

  expect(asks(A, {}, after, "hand").is).toBe("given");
  expect(grant(after, 1, B, 1, "hand").grant.token).toBe(B);
});
