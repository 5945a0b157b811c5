import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planDisks } from "../../src/hand/core/imaging/disk-plan.ts";
import { RECIPES } from "../../src/hand/core/imaging/recipe.ts";
import { SH_HEAD, TARGET } from "../../src/hand/core/imaging/sh.ts";
import { unpackScript } from "../../src/hand/core/imaging/unpack-script.ts";

/** What the hand runs, with real curl, zstd and tar; only the disks are a directory. */
let work: string;
let server: Server;
let packed: Buffer;
let answer: (from: number, last: number) => Buffer | undefined; // nothing: the line is cut

beforeEach(async () => {
  work = mkdtempSync(join(tmpdir(), "unpack-"));
  const tree = join(work, "tree");
  mkdirSync(join(tree, "etc"), { recursive: true });
  mkdirSync(join(work, "target"));
  const noise = createHash("shake256", { outputLength: 1_000_000 }).update("noise").digest();
  writeFileSync(join(tree, "etc", "noise"), noise);
  const archive = join(work, "root.tar.zst");
  execFileSync("tar", ["--zstd", "--create", "--file", archive, "--directory", tree, "."]);
  packed = readFileSync(archive);
  answer = (from, last) => packed.subarray(from, last + 1);
  server = createServer((request, response) => {
    const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range!)!;
    const bytes = answer(Number(from), Number(last));
    if (bytes === undefined) return response.destroy();
    response.writeHead(206, { "Content-Length": Number(last) - Number(from) + 1 });
    if (bytes.length > Number(last) - Number(from)) response.end(bytes);
    else response.write(bytes, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(work, { recursive: true, force: true });
});

const OVER = `disk_of() { echo sda; }
mountpoint() { return 0; }
udevadm() { :; }
`;

async function unpacked() {
  const disks = [{ name: "sda", serial: "S", wwn: null, bytes: 4e9 }];
  const plan = planDisks(RECIPES.plain!, { disks, ids: ["S"], firmware: "bios" });
  if (!plan.ok) throw new Error(plan.flaw);
  const sha256 = createHash("sha256").update(packed).digest("hex");
  const script = unpackScript(plan.value, { name: "root", bytes: packed.length, sha256 })
    .replace(SH_HEAD, SH_HEAD + OVER)
    .replaceAll(TARGET, join(work, "target"))
    .replaceAll("/run/", `${work}/`)
    .replace(/size=\d+ tries=\d+ rest=\d+/, "size=65536 tries=8 rest=0.05");
  const { port } = server.address() as AddressInfo;
  const child = spawn("sh", [], { env: { ...process.env, RACKHAND: `http://127.0.0.1:${port}/` } });
  child.stdin.end(script);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output, isWhole: existsSync(join(work, "target", ".rackhand-whole")) };
}

test("an image comes piece by piece, with progress, and is marked as whole", async () => {
  const { code, output, isWhole } = await unpacked();

  expect([code, isWhole]).toEqual([0, true]);
  expect(output).toContain("@progress 100 unpacked");
  expect(readFileSync(join(work, "target/etc/noise")).length).toBe(1_000_000);
});

test("a service that cuts every second answer, or goes away for a while, costs tries and no byte", async () => {
  let asked = 0;
  answer = (from, last) => {
    asked += 1;
    if (asked > 4 && asked < 8) return undefined; // away
    return asked % 2 === 0 ? packed.subarray(from, from + 1000) : packed.subarray(from, last + 1);
  };

  expect(await unpacked()).toMatchObject({ code: 0, isWhole: true });
});

test("a service that stays away, and one changed bit, end it; nothing says that a system is there", async () => {
  answer = (from, last) => (from > 200_000 ? undefined : packed.subarray(from, last + 1));
  const away = await unpacked();
  answer = (from, last) => {
    const piece = Buffer.from(packed.subarray(from, last + 1));
    if (from > 0) piece[100]! ^= 1;
    return piece;
  };
  const changed = await unpacked();

  expect(away).toMatchObject({ code: 4, isWhole: false });
  expect(changed).toMatchObject({ code: 4, isWhole: false });
  expect(changed.output).toContain("the image did not come whole");
});
