import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BootNet, here, isRoot, openBootNet, TSX } from "./boot-net.ts";

const has = (program: string) => spawnSync("which", [program]).status === 0;
const missing = ["busybox", "atftp", "curl", "tftp"].filter((program) => !has(program));
const able = isRoot && missing.length === 0;
const excuse = able ? "" : ` (skipped: needs root and ${missing.join(", ") || "nothing else"})`;
const tftpTest = test.skipIf(!able);

let net: BootNet;
const content = (bytes: number) =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
const FILES = { small: 1536, middle: 300_001, wrapping: 66_000 * 512 + 100, empty: 0 };

beforeAll(async () => {
  if (!able) return;
  net = await openBootNet();
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(join(net.tree, name), content(bytes));
  writeFileSync(join(net.tree, "lines"), "one\ntwo\r\n");
  symlinkSync("/etc/passwd", join(net.tree, "outer"));
  symlinkSync("/dev/zero", join(net.tree, "device"));
  spawnSync("mkfifo", [join(net.tree, "fifo")]);
  await net.client(["ip", "addr", "add", "10.9.0.7/24", "dev", "c0"]);
}, 60_000);
afterAll(() => net?.close());

const SERVER = "10.9.0.1";
type Name = keyof typeof FILES;
const CLIENTS: Record<string, (file: string) => string[]> = {
  "busybox tftp": (file) => ["busybox", "tftp", "-g", "-r", file, "-l", "got", SERVER],
  "busybox tftp, 1428 bytes a block": (file) => [
    "busybox",
    "tftp",
    "-b",
    "1428",
    "-g",
    "-r",
    file,
    "-l",
    "got",
    SERVER,
  ],
  "tftp-hpa": (file) => ["tftp", "-m", "binary", SERVER, "-c", "get", file, "got"],
  curl: (file) => ["curl", "-sS", "-o", "got", `tftp://${SERVER}/${file}`],
  "curl, 8 bytes a block": (file) => [
    "curl",
    "-sS",
    "--tftp-blksize",
    "8",
    "-o",
    "got",
    `tftp://${SERVER}/${file}`,
  ],
  atftp: (file) => atftp(file, {}),
  "atftp, all options": (file) => atftp(file, { tsize: "", blksize: "1428", windowsize: "16", timeout: "2" }),
  "atftp, a window of 8 small blocks": (file) => atftp(file, { blksize: "600", windowsize: "8" }),
};

function atftp(file: string, options: Record<string, string>, [host, port] = [SERVER, "69"]): string[] {
  const asked = Object.entries(options).flatMap(([name, value]) => ["--option", `${name} ${value}`.trim()]);
  return ["atftp", ...asked, "-g", "-r", file, "-l", "got", host!, port!];
}

async function fetched(argv: string[], file: Name, withinMs = 60_000): Promise<boolean> {
  rmSync(join(net.desk, "got"), { force: true });
  const { output } = await net.client(argv, withinMs);
  const got = readFileSync(join(net.desk, "got"));
  const same = got.equals(content(FILES[file]));
  if (!same) console.error(`${argv.join(" ")}: ${got.length} bytes, ${output}`);
  return same;
}

for (const [client, argv] of Object.entries(CLIENTS)) {
  tftpTest(`${client} gets files of all lengths${excuse}`, async () => {
    for (const file of ["small", "middle"] as const) expect(await fetched(argv(file), file)).toBe(true);
  });
}

tftpTest(`an empty file arrives empty${excuse}`, async () => {
  expect(await fetched(atftp("empty", { blksize: "1428" }), "empty")).toBe(true);
});

tftpTest(
  `a file over 65,535 blocks arrives whole, in windows and in lock-step${excuse}`,
  async () => {
    expect(await fetched(atftp("wrapping", { blksize: "512", windowsize: "32" }), "wrapping")).toBe(true);
    expect(await fetched(CLIENTS.curl!("wrapping"), "wrapping")).toBe(true);
  },
  120_000,
);

tftpTest(
  `5 % loss each way slows a transfer, no more${excuse}`,
  async () => {
    await net.stays("client", [...TSX, here("lossy-relay.ts"), SERVER, "5", "7"], "ready");
    const relay: [string, string] = ["127.0.0.1", "6969"];

    expect(await fetched(atftp("middle", { blksize: "1428", windowsize: "8" }, relay), "middle")).toBe(true);
    expect(await fetched(atftp("middle", { blksize: "1428" }, relay), "middle")).toBe(true);
  },
  120_000,
);

tftpTest(
  `an interface that goes down in the middle and comes back ends no transfer${excuse}`,
  async () => {
    const before = net.events.length;
    const loading = fetched(atftp("wrapping", { blksize: "128" }), "wrapping", 90_000);
    await expect.poll(() => net.events.slice(before).some(({ kind }) => kind === "tftp.began")).toBe(true);
    await net.server(["ip", "link", "set", "s0", "down"]);
    await net.server(["ip", "link", "set", "s0", "up"]);

    expect(await loading).toBe(true);
    const ended = () =>
      net.events
        .slice(before)
        .find(({ kind, detail }) => kind === "tftp.ended" && detail?.file === "wrapping");
    await expect.poll(() => ended()?.detail).toMatchObject({ outcome: "whole" });
  },
  120_000,
);

tftpTest(`text mode gets line ends of its own${excuse}`, async () => {
  await net.client(["tftp", "-m", "ascii", SERVER, "-c", "get", "lines", "got"]);

  expect(readFileSync(join(net.desk, "got"), "utf8").replaceAll("\r", "")).toBe("one\ntwo\n");
});

tftpTest(`what is outside the tree, missing, or no file is refused at once${excuse}`, async () => {
  for (const file of ["outer", "device", "fifo", "../secret", "none", "."]) {
    const { code, ms } = await net.client([
      "curl",
      "-sS",
      "--path-as-is",
      "-o",
      "got",
      `tftp://${SERVER}/${file}`,
    ]);
    expect([file, code === 0, ms < 2000]).toEqual([file, false, true]);
  }
  await net.seen("tftp.refused", "a symbolic link leads out of the tree");
  await net.seen("tftp.refused", "it is not a regular file");
});

tftpTest(`writing is refused at once${excuse}`, async () => {
  writeFileSync(join(net.desk, "mine"), "mine");

  const { output, ms } = await net.client(["tftp", "-m", "binary", SERVER, "-c", "put", "mine"]);

  expect(output).toContain("writing is not served");
  expect(ms).toBeLessThan(2000);
});

tftpTest(`garbage is noted, folded, and stops nothing${excuse}`, async () => {
  const flood = `for i in $(seq 300); do printf 'garbage%s' $i > /dev/udp/${SERVER}/69; printf x > /dev/udp/${SERVER}/67; done`;
  await net.client(["bash", "-c", flood]);

  expect(await fetched(CLIENTS.curl!("small"), "small")).toBe(true);
  const flaws = net.events.filter(({ kind }) => kind === "dhcp.flaw");
  expect(flaws.length).toBeGreaterThan(0);
  expect(flaws.length).toBeLessThan(20);
});
