import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { childOf, type Places, placesBehind } from "./places.ts";

export const noNamespaces =
  process.getuid?.() !== 0
    ? "own mounts need root"
    : !existsSync("/usr/bin/nsenter")
      ? "no nsenter (package util-linux)"
      : undefined;

/** /etc is this machine's under a layer of its own; /var/lib/rackhand is a small disk. */
const MOUNTS = `set -e
mount -t tmpfs own /mnt
mkdir /mnt/up /mnt/work /mnt/bin /mnt/lib-up /mnt/lib-work
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work own /etc
mount -t overlay -o lowerdir=/var/lib,upperdir=/mnt/lib-up,workdir=/mnt/lib-work own /var/lib
mount -t tmpfs -o mode=755 own /run
mount -t tmpfs -o mode=755 own /var/log
mkdir -p /var/lib/rackhand
mount -t tmpfs -o mode=755,size="$1"k own /var/lib/rackhand
ip link set lo up 2>/dev/null || true
cp /bin/sleep "/mnt/bin/$2"
echo ready
exec "/mnt/bin/$2" 600`;

const ROOM_KB = "4096";

/** This machine with an /etc, /run and /var of its own, in namespaces that end with it; process 1 is called as is said. */
export async function ownPlaces(init: "systemd" | "init" = "systemd"): Promise<Places> {
  const argv = [
    "-m",
    "-n",
    "-p",
    "-f",
    "--mount-proc",
    "--kill-child",
    "sh",
    "-c",
    MOUNTS,
    "sh",
    ROOM_KB,
    init,
  ];
  const child = spawn("unshare", argv, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes) => {
    said += bytes;
  });
  await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  if (child.exitCode !== null) throw new Error(`no namespaces: ${said}`);
  const enter = ["nsenter", "-t", await childOf(child.pid!), "-m", "-n", "-p", "--"] as const;
  return placesBehind("own", enter, async () => {
    const gone = once(child, "close");
    child.kill("SIGKILL"); // it heeds no other; its child goes with it;
    await gone;
  });
}
