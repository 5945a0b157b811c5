import { expect, test } from "vitest";
import { aboutUsers, isDefault, loginsToTry, shortPassword } from "./findings.ts";

const user = (name: string, role = "ADMINISTRATOR", isOn = true) => ({ name, role, isOn });

test("the password of the factory is known, whoever set it back", () => {
  expect(isDefault("ADMIN", "ADMIN")).toBe(true);
  expect(isDefault("root", "calvin")).toBe(true);
  expect(isDefault("ADMIN", "calvin")).toBe(false);
});

test("well-known passwords are tried for users that are there and on, each once, never for our own", () => {
  const users = [user("ADMIN"), user("admin"), user("root", "ADMINISTRATOR", false)];

  const tried = loginsToTry(users, "ADMIN");

  expect(new Set(tried.map((login) => login.user))).toEqual(new Set(["admin"]));
  expect(new Set(tried.map(({ password }) => password)).size).toBe(tried.length);
});

test("a nameless user is a failure, other administrators a warning, ours and operators nothing", () => {
  const users = [user("", "USER"), user("ours"), user("theirs"), user("watch", "OPERATOR")];

  expect(aboutUsers(users, "ours").map(({ id, is }) => [id, is])).toEqual([
    ["null-user", "fail"],
    ["administrators", "warn"],
  ]);
  expect(aboutUsers([user("ours")], "ours")).toEqual([]);
});

test("sixteen characters are enough", () => {
  expect(shortPassword("x".repeat(15))?.is).toBe("warn");
  expect(shortPassword("x".repeat(16))).toBeUndefined();
});
