import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { childOf, type Places, placesBehind } from "./places.ts";

export const noContainers =
  process.getuid?.() !== 0
    ? "booting a tree needs root"
    : !existsSync("/usr/bin/systemd-nspawn")
      ? "no systemd-nspawn (package systemd-container)"
      : undefined;

export type BootWish = {
  readonly tree: string; // stays as it is: what is written goes into memory
  readonly cgroups: "any" | "unified"; // systemd of Debian 13 knows no others
  readonly target?: string; // of systemd, where not all that the tree has is to be started
  readonly signal?: AbortSignal;
};

/**
 * nspawn alone would leave the container behind when it is killed: in a process namespace of its own, all end together.
 * Only /proc/sys/net may be written there: with more of it, networkd waits for a udev that does not come.
 */
const BOOT = `set -e
mount -t tmpfs -o mode=755 own /mnt
mkdir /mnt/up /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$1,upperdir=/mnt/up,workdir=/mnt/work" own /mnt/root
shift
exec 2>&1
systemd-nspawn --quiet --register=no --keep-unit --private-network --machine=tree --resolv-conf=off --timezone=off \
  --link-journal=no --console=pipe -D /mnt/root -b "$@" </dev/null
echo "it ended with $?"`;

const UP_WITHIN_MS = 180_000; // several boot at once, on two cores

/** A Debian with its own init as process 1; the network is its own, and empty. */
export async function bootTree({ tree, cgroups, target, signal }: BootWish): Promise<Places> {
  const isUnified = existsSync("/sys/fs/cgroup/cgroup.controllers") || cgroups === "unified";
  const argv = [
    "-m",
    "-p",
    "-f",
    "--mount-proc",
    "--kill-child",
    "--propagation",
    "private",
    "sh",
    "-c",
    BOOT,
  ];
  const child = spawn("unshare", [...argv, "sh", tree, ...(target ? [`systemd.unit=${target}`] : [])], {
    env: {
      PATH: process.env.PATH,
      SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: isUnified ? "1" : "0",
      SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network",
      SYSTEMD_NSPAWN_LOCK: "0", // a second one from the same tree is fine
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => {
      said = (said + bytes).slice(-4000);
    });
  const gone = once(child, "close");
  const end = async () => {
    child.kill("SIGKILL"); // its child goes with it, and all of the namespace
    await gone;
  };
  const until = Date.now() + UP_WITHIN_MS;
  try {
    for (; Date.now() < until && child.exitCode === null; await pause(100)) {
      signal?.throwIfAborted();
      const places = await entered(child.pid!, end);
      if (places !== undefined && (await isUp(places))) return places;
    }
    throw new Error(`${tree} did not come up: ${said.slice(-1000)}`);
  } catch (error) {
    await end();
    throw error;
  }
}

/** unshare, the script, nspawn, and then the tree's process 1. */
async function entered(unshare: number, end: Places["end"]): Promise<Places | undefined> {
  const script = await childOf(unshare);
  const nspawn = script === "" ? "" : await childOf(script);
  const one = nspawn === "" ? "" : await childOf(nspawn);
  if (!/^\d+$/.test(one)) return undefined;
  const enter = ["nsenter", "-t", one, "-a", "--", "env", "-u", "TMPDIR"] as const; // a place of this machine's
  return placesBehind("tree", enter, end);
}

/** Everything that init was to start has been: systemd's word, or the last line of our inittab. */
const isUp = async ({ sh }: Places): Promise<boolean> =>
  sh(
    `[ -e /run/booted ] || case $(systemctl is-system-running 2>&1) in running|degraded) ;; *) exit 1 ;; esac`,
  ).then(
    () => true,
    () => false,
  );
