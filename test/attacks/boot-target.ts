import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observed } from "../../src/base/event.ts";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { knownClients } from "../../src/boot/clients.ts";
import { memoryLeases } from "../../src/boot/core/leases.ts";
import { flawEvents } from "../../src/boot/flaws.ts";
import { openHttp } from "../../src/boot/http-boot.ts";
import { openTftp } from "../../src/boot/tftp-server.ts";
import type { BootWorld } from "../../src/boot/world.ts";

export const HERE = "127.0.0.1" as Ipv4;
export const SECRET = "the canary outside the tree";
export const GOOD = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7 + (i >> 8)) & 255));

/** The boot service on free ports of the loopback, before a tree full of traps. */
export async function openTarget() {
  const home = mkdtempSync(join(tmpdir(), "attacks-"));
  const root = join(home, "tree");
  mkdirSync(join(root, "folder"), { recursive: true });
  writeFileSync(join(home, "secret"), SECRET);
  writeFileSync(join(root, "good"), GOOD);
  symlinkSync(join(home, "secret"), join(root, "link"));
  symlinkSync(home, join(root, "outside"));
  symlinkSync("circle", join(root, "circle"));
  symlinkSync("/dev/zero", join(root, "zero"));
  execFileSync("mkfifo", [join(root, "fifo")]);
  linkSync(join(root, "good"), join(root, "same"));
  const unix = createServer().listen(join(root, "socket"));
  await new Promise((resolve) => unix.once("listening", resolve));

  const events: Observed[] = [];
  const leases = memoryLeases({ from: HERE, to: HERE }, () => 0);
  const world: BootWorld = {
    segment: {
      name: "test",
      interface: "lo",
      subnet: { address: HERE, prefix: 8 },
      pool: { from: HERE, to: HERE },
      answerSolicitations: false,
      leaseSeconds: 60,
    },
    leases,
    machineOf: () => undefined,
    fileFor: (_, path) => ({ is: "file", root, path }),
    observe: (event) => events.push(event),
    now: Date.now,
  };
  const clients = knownClients(leases);
  const http = await openHttp(world, clients, 0);
  const tftp = await openTftp(world, clients, flawEvents(world), 0);
  return {
    root,
    home,
    events,
    http: http.port,
    tftp: tftp.port,
    close: async () => {
      await tftp.stop();
      await http.stop();
      await new Promise((resolve) => unix.close(resolve));
      rmSync(home, { recursive: true });
    },
  };
}
export type Target = Awaited<ReturnType<typeof openTarget>>;

/** Names that have led out of trees before: every one of them a past fault of some server. */
export const CLIMBING: readonly string[] = [
  "../secret",
  "../../secret",
  "folder/../../secret",
  "/../secret",
  "//../secret",
  "..\\secret",
  "folder\\..\\..\\secret",
  "....//secret",
  "..././secret",
  ".../secret",
  "..;/secret",
  "/..;/secret",
  "%2e%2e/secret",
  "%2e%2e%2fsecret",
  "..%2fsecret",
  "..%5csecret",
  "%252e%252e%252fsecret",
  "%c0%ae%c0%ae/secret",
  "..%c0%afsecret",
  "\xc0\xae\xc0\xae/secret",
  "\u2025/secret",
  "/etc/passwd",
  "//etc/passwd",
  "C:\\secret",
  "\\\\host\\share\\secret",
  "file:///etc/passwd",
  "~/secret",
  "~root/secret",
  "link",
  "outside/secret",
  "outside/tree/../secret",
  "a/".repeat(250),
  "a".repeat(480),
  ".",
  "..",
  "/",
  "",
  "folder",
  "folder/",
  "fifo",
  "socket",
  "zero",
  "circle",
];

/**
 * The longest time, in milliseconds, that the service's one thread did nothing else. While other programs have the
 * processor it passes too, so no more counts than this process used of it.
 */
export async function longestBlock(during: () => Promise<void>): Promise<number> {
  let longest = 0;
  let [at, used] = [performance.now(), process.cpuUsage()];
  const look = () => {
    const [now, all] = [performance.now(), process.cpuUsage()];
    const usedMs = (all.user + all.system - used.user - used.system) / 1000;
    longest = Math.max(longest, Math.min(now - at, usedMs));
    [at, used] = [now, all];
  };
  const timer = setInterval(look, 5);
  const done = during();
  [at, used] = [performance.now(), process.cpuUsage()]; // what it does before it first waits is its own
  await done;
  look();
  clearInterval(timer);
  return longest;
}
