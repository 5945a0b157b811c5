import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSecrets } from "./secrets.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "rackhand-secrets-"));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

test("a sealed secret opens with the same key file, also after a restart", async () => {
  const file = join(directory, "a", "secret.key");
  const sealed = (await openSecrets(file)).seal("päss", "bmc of a");

  const opened = (await openSecrets(file)).open(sealed, "bmc of a");

  expect(opened).toBe("päss");
  expect(sealed).not.toContain("päss");
});

test("only the owner reads the key, and nothing else is left beside it", async () => {
  const file = join(directory, "b", "secret.key");

  await openSecrets(file);

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(directory, "b"))).toEqual(["secret.key"]);
});

test("two services that start at once agree on one key", async () => {
  const file = join(directory, "c", "secret.key");

  const [one, two] = await Promise.all([openSecrets(file), openSecrets(file)]);

  expect(two.open(one.seal("x", "y"), "y")).toBe("x");
});

test("the same secret never looks the same twice", async () => {
  const secrets = await openSecrets(join(directory, "d.key"));

  expect(secrets.seal("x", "y")).not.toBe(secrets.seal("x", "y"));
});

test("a secret of another row, of another key, or changed does not open", async () => {
  const secrets = await openSecrets(join(directory, "e.key"));
  const others = await openSecrets(join(directory, "f.key"));
  const sealed = secrets.seal("x", "bmc of a");
  const bytes = Buffer.from(sealed.slice(3), "base64");
  bytes[bytes.length - 1]! ^= 1;

  expect(secrets.open(sealed, "bmc of b")).toBeUndefined();
  expect(others.open(sealed, "bmc of a")).toBeUndefined();
  expect(secrets.open(`v1.${bytes.toString("base64")}`, "bmc of a")).toBeUndefined();
  expect(secrets.open("v1.AAAA", "bmc of a")).toBeUndefined();
  expect(secrets.open(sealed.slice(3), "bmc of a")).toBeUndefined();
});

test("a key file of another size is not taken for a key", async () => {
  const file = join(directory, "g.key");
  await writeFile(file, "short");

  await expect(openSecrets(file)).rejects.toThrow("not a key of 32 bytes");
});
