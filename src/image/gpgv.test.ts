import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verifySigned } from "./gpgv.ts";
import { DEBIAN_KEYRING } from "./signed-release.ts";
import { archiveKey } from "./testing/openpgp.ts";
import { scratch } from "./testing/scratch.ts";

const IN_RELEASE = new URL("../../captures/mirror/bookworm.InRelease", import.meta.url);
const TEXT = "Suite: stable\n- a line that begins with a dash\n";

function keyOf(name: string, livesSeconds?: number) {
  const key = archiveKey(name, livesSeconds);
  const path = join(scratch(), "keyring.gpg");
  writeFileSync(path, key.keyring);
  return { ...key, path };
}

test("Debian's own InRelease is good, and what was signed comes back", async (context) => {
  if (!existsSync(DEBIAN_KEYRING)) return context.skip("debian-archive-keyring is not installed");
  const signed = await verifySigned(readFileSync(IN_RELEASE), [DEBIAN_KEYRING]);

  expect(signed).toMatchObject({
    is: "good",
    signers: expect.arrayContaining([expect.stringContaining("bookworm")]),
  });
  expect(signed.is === "good" && signed.text.startsWith("Origin: Debian\n")).toBe(true);
});

test("one trusted key is enough, and a keyring that is not there does no harm", async () => {
  const key = keyOf("A");

  expect(await verifySigned(Buffer.from(key.clearSign(TEXT)), ["/nowhere.gpg", key.path])).toEqual({
    is: "good",
    text: TEXT,
    signers: ["A"],
  });
});

test("what stands outside the signature is not believed", async () => {
  const key = keyOf("A");
  const wrapped = `Suite: forged\n\n${key.clearSign(TEXT)}\nSuite: forged\n`;
  const signed = await verifySigned(Buffer.from(wrapped), [key.path]);

  expect(JSON.stringify(signed)).not.toContain("forged");
});

test("a changed text, another's key, and no signature are refused, each with its reason", async () => {
  const [key, other] = [keyOf("A"), keyOf("B")];
  const message = key.clearSign(TEXT);
  const why = async (text: string, keyring = key.path) => verifySigned(Buffer.from(text), [keyring]);

  expect(await why(message.replace("stable", "forged"))).toEqual({
    is: "refused",
    why: "its signature does not fit its text",
  });
  expect(await why(message, other.path)).toMatchObject({ why: `no key in ${other.path} signed it` });
  expect(await why(TEXT)).toMatchObject({ why: "it carries no signature" });
  expect(await why(message, "/nowhere.gpg")).toMatchObject({ why: "there is no keyring /nowhere.gpg" });
});

test("a key that has expired since it signed is trusted no longer", async () => {
  const key = keyOf("A", 86_400);

  expect(await verifySigned(Buffer.from(key.clearSign(TEXT)), [key.path])).toEqual({
    is: "refused",
    why: "the key that signed it has expired or was revoked",
  });
});
