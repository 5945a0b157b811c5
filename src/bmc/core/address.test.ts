import { expect, test } from "vitest";
import { readHost, readUser } from "./address.ts";

test("names and addresses are taken", () => {
  for (const host of ["10.0.0.1", "bmc-1.example.org", "fe80::1%eth0", "2001:db8::1", "localhost", "b"]) {
    expect(readHost(host).ok, host).toBe(true);
  }
  for (const user of ["ADMIN", "root", "rackhand@site", "_x"]) expect(readUser(user).ok, user).toBe(true);
});

test("what a program could take for an option, or for two words, is not", () => {
  for (const host of ["-oProxyCommand=id", ";id", "a b", "", "a\nb", "host;id", "a/b", "x@y", "-", "a-"]) {
    expect(readHost(host).ok, host).toBe(false);
  }
  for (const user of ["-l", "a b", "", 'a"b', "$(id)", "a\u001b"])
    expect(readUser(user).ok, user).toBe(false);
});
