import { expect, test } from "vitest";
import { hastyClock } from "../../test/support/hasty-clock.ts";
import { Fault } from "../base/fault.ts";
import type { Bmc, BmcAddress } from "./bmc.ts";
import { changePassword, whichWorks } from "./change-password.ts";

const AT = { machine: "m1", address: "192.0.2.1", port: 623, user: "ADMIN", password: "old" };
const NEXT = "aB3dE5gH7jK9mN1pQ3sT";

/** A BMC that keeps what `keeps` makes of a new password, and is away for some answers. */
function controller(keeps: (next: string, old: string) => string, aways = 0) {
  let password = "old";
  let left = aways;
  const open = (at: BmcAddress): Bmc => ({
    speaks: "pretend",
    power: async () => {
      if (left > 0) {
        left -= 1;
        throw new Fault("bmc.unreachable", at);
      }
      if (at.password !== password) throw new Fault("bmc.login-refused", at);
      return "off";
    },
    act: async () => "off",
    setPassword: async (_, next) => {
      password = keeps(next, password);
    },
  });
  return { open, clock: hastyClock() };
}

test("the new password is kept when it logs in", async () => {
  expect(
    await changePassword(
      controller((next) => next, 5),
      AT,
      NEXT,
    ),
  ).toBe("new");
});

test("a BMC that keeps 16 characters is found out", async () => {
  expect(
    await changePassword(
      controller((next) => next.slice(0, 16)),
      AT,
      NEXT,
    ),
  ).toBe("shortened");
});

test("a BMC that says yes and keeps the old one is a fault", async () => {
  const change = changePassword(
    controller((_, old) => old),
    AT,
    NEXT,
  );

  await expect(change).rejects.toMatchObject({ id: "bmc.failed" });
});

test("an answer lost after the password was set does no harm", async () => {
  const { open, clock } = controller((next) => next);
  const losing = (at: BmcAddress): Bmc => {
    const bmc = open(at);
    const setPassword = async (user: string, next: string) => {
      await bmc.setPassword!(user, next);
      throw new Fault("bmc.unreachable", at);
    };
    return { ...bmc, setPassword };
  };

  expect(await changePassword({ open: losing, clock }, AT, NEXT)).toBe("new");
});

test("when neither works, a fault says that the login is refused", async () => {
  const change = changePassword(
    controller(() => "garbled"),
    AT,
    NEXT,
  );

  await expect(change).rejects.toMatchObject({ id: "bmc.login-refused" });
});

test("which of two passwords holds is found without setting any", async () => {
  const needs = controller((next) => next);

  expect(await whichWorks(needs, AT, NEXT)).toBe("old");
  expect(await whichWorks(needs, { ...AT, password: NEXT }, "old")).toBe("new");
});
