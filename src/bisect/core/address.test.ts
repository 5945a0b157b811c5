import { expect, test } from "vitest";
import { addressOf } from "./address.ts";

test.each([
  [
    "https://ada:s3cret@git.example/linux.git",
    "https://git.example/linux.git",
    "https://ada:s3cret@git.example",
  ],
  [
    "https://ghp_token@git.example:8443/a/b",
    "https://git.example:8443/a/b",
    "https://ghp_token:@git.example:8443",
  ],
  ["ssh://git:s3cret@git.example/linux", "ssh://git@git.example/linux", undefined],
  ["git@git.example:linux", "git@git.example:linux", undefined],
  ["https://git.example/a@b", "https://git.example/a@b", undefined],
  ["/srv/linux@home", "/srv/linux@home", undefined],
])("of %s only %s is told", (repo, told, secret) => {
  expect(addressOf(repo)).toEqual(secret === undefined ? { told } : { told, secret });
});
