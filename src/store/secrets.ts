import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../base/fault.ts";

/** Seals what must not stand in the database or its backup; `about` ties it to its row. */
export type Secrets = {
  readonly file: string;
  seal(secret: string, about: string): string;
  open(sealed: string, about: string): string | undefined; // undefined: another key, another row, or damaged
};

const CIPHER = "aes-256-gcm";
const VERSION = "v1.";
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16]; // NIST SP 800-38D 8.2.2: a random nonce of 96 bits

/** The key lives in a file that only its owner reads, made at the first start. */
export async function openSecrets(file: string): Promise<Secrets> {
  const key = (await readKey(file)) ?? (await makeKey(file));
  const seal = (secret: string, about: string) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(about));
    const hidden = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString("base64");
  };
  return { file, seal, open: (sealed, about) => unseal(key, sealed, about) };
}

function unseal(key: Buffer, sealed: string, about: string): string | undefined {
  if (!sealed.startsWith(VERSION)) return undefined;
  const bytes = Buffer.from(sealed.slice(VERSION.length), "base64");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const [nonce, rest] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES)];
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(about)).setAuthTag(rest.subarray(0, TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined; // node says only "unable to authenticate data"
  }
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const key = await readFile(file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return undefined;
    throw thrown;
  });
  if (key && key.length !== KEY_BYTES) {
    throw new Fault("service.failed", { why: `${file} is not a key of ${KEY_BYTES} bytes` });
  }
  return key;
}

/** Written beside and linked into place: a crash leaves no half key, and of two services one key wins. */
async function makeKey(file: string): Promise<Buffer> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = join(dirname(file), `.secret-${randomBytes(8).toString("hex")}`);
  const handle = await open(fresh, "wx", 0o600);
  try {
    await handle.writeFile(randomBytes(KEY_BYTES));
    await handle.sync();
    await link(fresh, file).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "EEXIST") throw thrown;
    });
  } finally {
    await handle.close();
    await rm(fresh, { force: true });
  }
  return (await readKey(file))!;
}
