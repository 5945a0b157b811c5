import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { must } from "../../src/base/read.ts";
import { readRelease } from "../../src/image/core/release-file.ts";
import { verifySigned } from "../../src/image/gpgv.ts";
import type { Vouch } from "../../src/mirror/promises.ts";
import { openArchive, packedArchive, sha256 } from "../support/debian-archive.ts";
import { load } from "../support/load.ts";
import { openTestMirror } from "../support/mirror-door.ts";

const run = promisify(execFile);
const PACKAGES = ["alpha", "beta", "gamma"];

/** An apt of its own, with nothing fetched yet; `apt` gives what it said. */
function openApt(uri: string, keyring: Buffer, proxy?: string) {
  const home = mkdtempSync(join(tmpdir(), "rackhand-apt-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  for (const folder of ["lists/partial", "archives/partial", "got", "parts"])
    mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, "keyring.gpg"), keyring);
  writeFileSync(join(home, "status"), "");
  writeFileSync(
    join(home, "apt.conf"),
    "#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n",
  );
  const line = `deb [signed-by=${join(home, "keyring.gpg")}] ${uri} bookworm main\n`;
  writeFileSync(join(home, "sources.list"), line);
  const options = {
    "Dir::Etc::SourceList": join(home, "sources.list"),
    "Dir::Etc::SourceParts": join(home, "parts"),
    "Dir::State": home,
    "Dir::State::Lists": join(home, "lists"),
    "Dir::State::status": join(home, "status"),
    "Dir::Cache": home,
    "Dir::Cache::Archives": join(home, "archives"),
    "APT::Architecture": "amd64",
    "APT::Architectures": "amd64",
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::Retries": "0",
    "Acquire::http::Proxy": proxy ?? "DIRECT",
  };
  const set = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const apt = async (...words: string[]) => {
    const args = ["-c", join(home, "apt.conf"), ...set, ...words];
    const env = { ...process.env, LC_ALL: "C.UTF-8", http_proxy: "" };
    const done = await run("apt-get", args, { cwd: join(home, "got"), env, timeout: 60_000 }).catch(
      (error) => error,
    );
    return { code: (done.code as number | undefined) ?? 0, said: `${done.stdout}${done.stderr}` };
  };
  const got = () =>
    Object.fromEntries(
      readdirSync(join(home, "got")).map((name) => [name, sha256(readFileSync(join(home, "got", name)))]),
    );
  return { apt, got };
}

test.each(["as a proxy", "as a mirror"] as const)(
  "apt updates and downloads through it %s, and a second machine does with the mirror cut off",
  async (how) => {
    const { files, keyring } = packedArchive(PACKAGES);
    const archive = await openArchive(files);
    const { url, clock, mirror } = await openTestMirror({ archives: [{ name: "debian", url: archive.url }] });
    const machine = () =>
      how === "as a proxy"
        ? openApt("http://ftp.de.debian.org/debian", keyring, `${url}/`)
        : openApt(`${url}/debian`, keyring);
    const [first, second] = [machine(), machine()];

    const updated = await first.apt("update");
    const downloaded = await first.apt("download", ...PACKAGES);
    expect([updated.said, downloaded.said].filter((said) => /\b(E|Err|W):/.test(said))).toEqual([]);
    await expect.poll(() => mirror.cache.held.files).toBeGreaterThanOrEqual(PACKAGES.length + 2);
    await archive.down();
    clock.ahead += 60_000;
    const updatedAgain = await second.apt("update");
    const downloadedAgain = await second.apt("download", ...PACKAGES);

    expect(
      [updated, downloaded, updatedAgain, downloadedAgain].map(({ code, said }) => [code, code && said]),
    ).toEqual(Array(4).fill([0, 0]));
    expect(Object.values(first.got()).sort()).toEqual(
      [...files].flatMap(([path, bytes]) => (path.endsWith(".deb") ? [sha256(bytes)] : [])).sort(),
    );
    expect(second.got()).toEqual(first.got());
    expect(archive.asked.filter((line) => line.includes(".deb")).length).toBe(PACKAGES.length);
    expect(archive.asked.filter((line) => line.includes("by-hash")).length).toBe(1);
  },
);

/** Vouches for what the keyring's owner signed, as the service does for Debian. */
const vouchBy = (keyring: Buffer): Vouch => {
  const home = mkdtempSync(join(tmpdir(), "rackhand-keyring-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  writeFileSync(join(home, "keyring.gpg"), keyring);
  return async (inRelease) => {
    const signed = await verifySigned(inRelease, [join(home, "keyring.gpg")]);
    if (signed.is === "refused") return undefined;
    return new Map([...must(readRelease(signed.text)).files].map(([path, { sha256 }]) => [path, sha256]));
  };
};

test.each(["gz", "xz"] as const)(
  "a package that is not what a signed index (.%s) promises never arrives whole, and is not believed when it is kept",
  async (packing) => {
    const { files, keyring } = packedArchive(["alpha"], packing);
    const archive = await openArchive(files);
    const wish = { archives: [{ name: "debian", url: archive.url }], vouch: vouchBy(keyring) };
    const { url, mirror, promises, events } = await openTestMirror(wish);
    const path = [...files.keys()].find((name) => name.endsWith(".deb"))!;
    const right = files.get(path)!;
    const wrong = Buffer.concat([right.subarray(0, -1), Buffer.from("!")]);
    files.set(path, wrong);
    const before = await load(url, `/debian/${path}`); // nothing is promised yet
    await expect.poll(() => mirror.cache.held.files).toBe(1);

    await openApt(`${url}/debian`, keyring).apt("update");
    await expect
      .poll(() => promises.allows(`debian/${path}`, sha256(wrong)), { timeout: 10_000 })
      .toBe(false);
    const after = await load(url, `/debian/${path}`);
    const told = () => events.map(({ says }) => says).join();
    await expect.poll(told).toContain("not have the hash that a signed index promises");
    files.set(path, right);
    const again = await load(url, `/debian/${path}`);

    expect([before.whole, before.body.equals(wrong)]).toEqual([true, true]);
    expect([after.whole, after.body.length < wrong.length]).toEqual([false, true]);
    expect([again.whole, again.body.equals(right)]).toEqual([true, true]);
  },
);
