import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { doorScript, readDoor, readPublicKey } from "./door.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;

test("a public key is taken without its comment, and stands in the script as it is", () => {
  const key = must(readPublicKey(`# mine\n${KEY} ann's key; rm -rf /\n`));

  expect(key).toBe(KEY);
  expect(doorScript(key)).toContain(`printf '%s\\n' '${KEY}' >/root/.ssh/authorized_keys`);
});

test.each([
  ["", "one public key is wanted, there are 0 lines"],
  [`${KEY}\n${KEY}`, "one public key is wanted, there are 2 lines"],
  ["-----BEGIN OPENSSH PRIVATE KEY-----", "that is a private key; its .pub file is wanted"],
  [`command="sh" ${KEY}`, "it does not begin as a public key does (ssh-ed25519 AAAA…)"],
  [`ssh-ed25519 ${"A".repeat(40)}'`, "what follows its kind is no base64"],
  [`ssh-ed25519 ${"A".repeat(9000)}`, "what follows its kind is no base64"],
])("%j is no key to let in", (text, flaw) => {
  expect(readPublicKey(text)).toMatchObject({ ok: false, flaw });
});

test("the host key is read from the script's output", () => {
  const print = `SHA256:${"x".repeat(43)}`;

  expect(must(readDoor(`noise\n@hostkey ${print}\n`))).toBe(print);
  expect(readDoor("@hostkey SHA256:short\n").ok).toBe(false);
});
