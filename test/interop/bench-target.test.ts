import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { benchesIn } from "../../src/bench/benches.ts";
import { type Measuring, measure } from "../../src/bench/measure.ts";
import { probeEnvironment } from "../../src/bench/probe-environment.ts";
import { guardDevice, guardDirectory } from "../../src/bench/probe-target.ts";
import { here } from "../../src/host/here.ts";

// Loop devices are real block devices: the kernel claims, lists and refuses them as it does disks.
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
const without = (): string | undefined => {
  if (process.getuid?.() !== 0) return "loop devices are root's";
  const tried = spawnSync("losetup", ["--find"], { encoding: "utf8" });
  return tried.status === 0 ? undefined : `no loop devices: ${tried.stderr ?? tried.error}`;
};
const no = without();
const noMapper =
  no ??
  (spawnSync("dmsetup", ["version"]).status === 0
    ? undefined
    : "no device mapper in this kernel, or no dmsetup");

const BY_ID = "/dev/disk/by-id";
const [PART, SECTORS] = [2048, 65_536]; // where the partition begins, and how much it has
let place: string;
const made: string[] = []; // directories of /dev
const undo: (() => void)[] = [];
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "target-"));
  if (no !== undefined) return;
  for (const directory of ["/dev/disk", BY_ID]) {
    if (existsSync(directory)) continue;
    mkdirSync(directory);
    made.unshift(directory);
  }
});
afterEach(() => {
  while (undo.length > 0) undo.pop()!();
});
afterAll(() => {
  for (const directory of made) rmdirSync(directory);
  rmSync(place, { recursive: true, maxRetries: 5 });
});

type Disk = { readonly id: string; readonly node: string };

/** A disk of 64 MiB with a name as udev would make it. */
function disk(options: readonly string[] = [], content?: (path: string) => void): Disk {
  const path = join(mkdtempSync(join(place, "d-")), "disk");
  writeFileSync(path, "");
  truncateSync(path, 64 << 20);
  content?.(path);
  const node = run("losetup", "--find", "--show", ...options, path);
  undo.push(() => run("losetup", "-d", node));
  return { id: named(node), node };
}

function named(target: string): string {
  const id = `${BY_ID}/rackhand-test-${process.pid}-${target.split("/").at(-1)}`;
  symlinkSync(target, id);
  undo.push(() => rmSync(id));
  return id;
}

function mount(node: string): string {
  const at = mkdtempSync(join(place, "at-"));
  run("mount", node, at);
  undo.push(() => run("umount", at));
  return at;
}

/** A table of one DOS partition, as sfdisk writes it. */
function partitioned(path: string): void {
  const sector = Buffer.alloc(512);
  sector.set([0, 0, 0, 0, 0x83, 0, 0, 0], 446);
  sector.writeUInt32LE(PART, 454);
  sector.writeUInt32LE(SECTORS, 458);
  sector.writeUInt16LE(0xaa55, 510);
  const bytes = readFileSync(path);
  bytes.set(sector, 0);
  writeFileSync(path, bytes);
}

type Asked = { readonly writes?: boolean; readonly agreed?: boolean; readonly overwrite?: string };
const guard = (device: string, { writes = true, agreed = true, overwrite }: Asked = {}) =>
  guardDevice(here("this host"), { device, writes, agreed, overwrite });
const refusal = async (device: string, asked?: Asked) => {
  const refused = await guard(device, asked).catch((error) => error);
  return { id: refused.id, text: `${refused.says} ${refused.remedy}` };
};

test.skipIf(no)(`an idle and empty disk is given as the kernel names it [${no ?? "runs"}]`, async () => {
  const { id, node } = disk();

  await expect(guard(id)).resolves.toEqual({ node, bytes: 64 << 20, what: `${node}, 67.1 MB` });
  await expect(guard(id.split("/").at(-1)!)).resolves.toMatchObject({ node });
  expect(await refusal(id, { agreed: false })).toMatchObject({ id: "bench.device-not-agreed" });
});

test.skipIf(no)("by a name that moves, a disk is refused and its ids are offered", async () => {
  const { id, node } = disk();

  const refused = await refusal(node);

  expect(refused.id).toBe("bench.device-not-by-id");
  expect(refused.text).toContain(id.split("/").at(-1)!);
});

test.skipIf(no)("a name that no disk has is refused, and no file comes of it", async () => {
  expect(await refusal("/dev/sdzz9")).toMatchObject({ id: "bench.device-missing" });
  expect(await refusal("nothing-of-this-name")).toMatchObject({ id: "bench.device-missing" });
  expect(existsSync("/dev/sdzz9")).toBe(false);
});

test.skipIf(no)("a file in the place of a disk is refused", async () => {
  const file = join(place, "file");
  writeFileSync(file, "not a disk");

  expect(await refusal(named(file))).toMatchObject({ id: "bench.device-not-block" });
});

test.skipIf(no)("a mounted disk is refused, for reading as well, whatever was agreed to", async () => {
  const { id, node } = disk();
  run("mkfs.ext4", "-q", node);
  const at = mount(node);

  const refused = await refusal(id, { overwrite: id });

  expect(refused.id).toBe("bench.device-in-use");
  expect(refused.text).toContain(`is mounted at ${at}`);
  expect(refused.text).toContain(`\`umount ${at}\``);
  expect(await refusal(id, { writes: false })).toMatchObject({ id: "bench.device-in-use" });
});

test.skipIf(no)("a disk that is mounted where nobody else sees it is refused", async () => {
  const { id, node } = disk();
  run("mkfs.ext4", "-q", node);
  const at = mkdtempSync(join(place, "at-"));
  const script = `mount ${node} ${at} && echo ready && exec cat`;
  const apart = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-c", script]);
  undo.push(() => apart.kill("SIGKILL"));
  await once(apart.stdout, "data");

  expect((await refusal(id)).text).toContain(`is mounted at ${at}`);

  apart.stdin.end();
  await once(apart, "close");
});

test.skipIf(no)("swap space is refused", async () => {
  const { id, node } = disk();
  run("mkswap", "-q", node);
  run("swapon", node);
  undo.push(() => run("swapoff", node));

  const refused = await refusal(id);

  expect(refused.id).toBe("bench.device-in-use");
  expect(refused.text).toContain("is swap space");
});

test.skipIf(no)(
  "a disk is refused for its mounted partition, and a partition for its mounted disk",
  async () => {
    const whole = disk([], partitioned);
    run("addpart", whole.node, "1", `${PART}`, `${SECTORS}`); // not every kernel reads tables of loop devices
    undo.push(() => run("delpart", whole.node, "1"));
    const part = named(`${whole.node}p1`);
    run("mkfs.ext4", "-q", `${whole.node}p1`);
    const at = mount(`${whole.node}p1`);

    expect((await refusal(whole.id)).text).toContain(`p1 is mounted at ${at}`);
    expect(await refusal(part)).toMatchObject({ id: "bench.device-in-use" });

    undo.pop()!();
    const refused = await refusal(whole.id);
    expect(refused.id).toBe("bench.device-not-empty");
    expect(refused.text).toContain("a dos partition table");
    await expect(guard(whole.id, { overwrite: whole.id })).resolves.toMatchObject({ node: whole.node });
  },
);

test.skipIf(no)("a loop device on a disk and a program that has it open are uses", async () => {
  const { id, node } = disk();
  const above = run("losetup", "--find", "--show", node);
  expect((await refusal(id)).text).toContain(`the loop device ${above.slice(5)} lies on`);
  run("losetup", "-d", above);
  const program = spawn("sh", ["-c", `exec 7<${node}; echo ready; exec cat`]);
  undo.push(() => program.kill("SIGKILL"));
  await once(program.stdout, "data");

  expect((await refusal(id)).text).toContain(`is open in process ${program.pid} (cat)`);

  program.stdin.end();
  await once(program, "close");
  await expect(guard(id)).resolves.toMatchObject({ node });
});

test.skipIf(no)(
  "what is left of a file system is refused until the id is typed again; reading may",
  async () => {
    const { id, node } = disk();
    run("mkfs.ext4", "-q", "-L", "family photos", node);

    const refused = await refusal(id);

    expect(refused.id).toBe("bench.device-not-empty");
    expect(refused.text).toContain('ext4 "family photos"');
    expect(await refusal(id, { overwrite: "another" })).toMatchObject({ id: "bench.device-not-empty" });
    await expect(guard(id, { overwrite: id })).resolves.toMatchObject({ node });
    await expect(guard(id, { writes: false, agreed: false })).resolves.toMatchObject({ node });
  },
);

test.skipIf(no)("a disk that cannot be written is refused for a job that writes", async () => {
  const { id, node } = disk(["--read-only"]);

  expect(await refusal(id)).toMatchObject({ id: "bench.device-read-only" });
  await expect(guard(id, { writes: false })).resolves.toMatchObject({ node });
});

test.skipIf(noMapper)(`a part of a mapped volume is refused [${noMapper ?? "runs"}]`, async () => {
  const { id, node } = disk();
  const volume = `rackhand-test-${process.pid}`;
  run("dmsetup", "create", volume, "--table", `0 65536 linear ${node} 0`);
  undo.push(() => run("dmsetup", "remove", "--retry", volume));

  const refused = await refusal(id);

  expect(refused.id).toBe("bench.device-in-use");
  expect(refused.text).toContain(`is a part of ${volume}`);
});

const directory = (path: string, needsBytes = 0, anyFileSystem = true) =>
  guardDirectory(here("this host"), { directory: path, needsBytes, anyFileSystem });
const why = (path: string, needsBytes?: number, anyFileSystem?: boolean) =>
  directory(path, needsBytes, anyFileSystem).catch((error) => error.says as string);

test("a directory must be there, be one, and have room for the job", async () => {
  writeFileSync(join(place, "a file"), "");

  await expect(directory(place, 1024)).resolves.toBeUndefined();
  expect(await why(join(place, "none"))).toContain("there is none");
  expect(await why(join(place, "a file"))).toContain("it is no directory");
  expect(await why(place, 2 ** 60)).toContain("are free, and the job's 1152921504.6 GB want 5 % more");
});

test.skipIf(no)("a directory in memory or on a read-only file system is refused", async () => {
  const memory = mkdtempSync(join(place, "memory "));
  run("mount", "-t", "tmpfs", "none", memory);
  undo.push(() => run("umount", memory));

  expect(await why(memory, 0, false)).toContain("lies on tmpfs: its files are in memory");
  await expect(directory(memory)).resolves.toBeUndefined();
  run("mount", "-o", "remount,ro", memory);
  expect(await why(memory)).toContain("mounted read-only");
});

test("what surrounds a run is told by the host itself", async () => {
  const looked = await probeEnvironment(here("this host"), place, "all");

  const kernel = `${run("uname", "-r")} ${run("uname", "-v")}`;
  expect(looked?.settings).toMatchObject({ kernel, processors: run("nproc", "--all") });
  expect(looked?.settings["file-system"]).toBe(
    run("findmnt", "-no", "FSTYPE", "-T", place).split("\n").at(-1),
  );
  expect(looked?.moment.load).toBeGreaterThanOrEqual(0);
});

const AGREED = { agreed: false, overwrite: undefined };
const noFio = no ?? (existsSync("/usr/bin/fio") ? undefined : "no fio (package fio)");
const job = (text: string, device: Measuring["device"]): Measuring => ({
  job: { name: "mine", text: `[global]\nsize=4m\nruntime=3\ntime_based\n${text}` },
  ...{ set: [], name: "mine", condition: "as-found", directory: place, withinMs: 60_000, device },
});
const by = (tell: (what: string) => void = () => {}) => ({
  benches: benchesIn(join(place, "kept")),
  ...{ now: Date.now, newId: () => randomUUID().slice(0, 8), signal: new AbortController().signal, tell },
});

test.skipIf(noFio)(`while fio reads a device, nobody can mount it [${noFio ?? "runs"}]`, async () => {
  const { id, node } = disk([], (path) => run("mkfs.ext4", "-q", "-F", path));
  const at = mkdtempSync(join(place, "at-"));
  const byFio = `for fd in $(find /proc/[0-9]*/fd -lname ${node}); do cat "\${fd%/fd/*}/comm"; done 2>/dev/null`;
  const wish = job("[one]\nfilename=a\nunlink=1\n[two]\nfilename=/etc/b\n", { ...AGREED, device: id });

  const running = measure(here("this host"), wish, by());
  await vi.waitUntil(() => /^fio$/m.test(run("sh", "-c", `${byFio}; true`)), {
    timeout: 20_000,
    interval: 100,
  });
  const mounted = spawnSync("mount", [node, at], { encoding: "utf8" });
  const ran = await running;

  expect(ran).toMatchObject({ directory: id, environment: { settings: { fio: expect.any(String) } } });
  expect(ran.metrics["iops-mean"]).toBeGreaterThan(0);
  const grown = (name: string) => ran.counters.find((one) => one.name === name)!;
  expect(grown("device-reads").after).toBeGreaterThan(grown("device-reads").before);
  expect(mounted.status).toBe(32);
  run("mount", node, at);
  run("umount", at);
});

test.skipIf(noFio)(
  "a job that writes to a device needs a yes, and says before what it overwrites",
  async () => {
    const { id, node } = disk();
    const told: string[] = [];
    const asked = (agreed: boolean) =>
      measure(
        here("this host"),
        job("[one]\nrw=write\n", { device: id, agreed, overwrite: undefined }),
        by((what) => told.push(what)),
      );

    await expect(asked(false)).rejects.toMatchObject({ id: "bench.device-not-agreed" });
    expect(told).toEqual([]);
    await expect(asked(true)).resolves.toMatchObject({ directory: id });

    expect(told[0]).toBe(`overwriting ${id} (${node}, 67.1 MB)`);
    const written = run("sh", "-c", `head -c 4194304 ${node} | tr -d '\\0' | wc -c`);
    expect(Number(written)).toBeGreaterThan(0);
  },
);
