import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { benchesIn } from "../../src/bench/benches.ts";
import { PROFILES } from "../../src/bench/core/profiles.ts";
import type { Run } from "../../src/bench/core/run.ts";
import { measure } from "../../src/bench/measure.ts";
import type { Host } from "../../src/host/host.ts";
import { overSsh } from "../../src/host/over-ssh.ts";
import { ITS_CARD } from "../hosts/traps/names.ts";
import { haveTree } from "../hosts/trees.ts";
import { bootGuest } from "../support/guest-tree.ts";
import type { Places } from "../support/places.ts";
import { clientConfig } from "../support/ssh-server.ts";
import { makeKey } from "../support/sshd.ts";

const isRelease = process.env.RACKHAND_RELEASE === "1";
const WITHIN_MS = 20 * 60_000;

/** A disk of 8 ms and an SSD a quarter as large, both in memory; the volume is older than its cache, and made in one go. */
const CACHED = `export DM_DISABLE_UDEV=1; modprobe dm-cache-smq; modprobe dm-delay
dmsetup create slow --table "0 $(($(blockdev --getsz /dev/ram0) - 2048)) delay /dev/ram0 2048 8"
vgcreate -q v /dev/mapper/slow /dev/ram1; lvcreate -q -Wn -Zn -n d -L 80M v /dev/mapper/slow
mke2fs -q -t ext4 -E lazy_itable_init=0,lazy_journal_init=0 /dev/mapper/v-d
lvcreate -q -Wn -y --type cache --cachemode writethrough --chunksize 64k -n c -L 16M v/d /dev/ram1
mkdir -p /srv/cached; mount /dev/mapper/v-d /srv/cached`;

test.skipIf(!isRelease)(
  "zipf-2x2g, smaller, over ssh on a real dm-cache: the cache tells what it held; full of other data it takes longer to help",
  async () => {
    const place = mkdtempSync(join(tmpdir(), "bench-cache-"));
    onTestFinished(() => rmSync(place, { recursive: true }));
    const how = { progress: () => {}, signal: AbortSignal.timeout(WITHIN_MS) };
    const guest = await bootGuest(await haveTree("guest", how), how.signal);
    onTestFinished(() => guest.end());
    await guest.sh(CACHED);
    const host = await letIn(guest, place);
    onTestFinished(() => host.close());
    const run = (condition: Run["condition"]) =>
      measure(
        host,
        {
          job: { name: "zipf-2x2g", text: PROFILES["zipf-2x2g"]!.job },
          set: [
            { name: "size", value: "24m" },
            { name: "runtime", value: "60s" },
          ],
          ...{ name: "cached", condition, directory: "/srv/cached", withinMs: WITHIN_MS },
        },
        {
          ...{ benches: benchesIn(join(place, "kept")), signal: how.signal, tell: () => {} },
          ...{ now: Date.now, newId: () => randomUUID().slice(0, 8) },
        },
      );

    const empty = await run("cache-empty");
    const full = await run("cache-full");
    const used = (one: Run) => one.counters.find(({ name }) => name === "cache-used")!.before;
    const hits = (one: Run) => one.metrics["cache-read-hit-ratio"]!;

    expect([empty, full].map(({ condition, notes }) => [condition, notes])).toEqual([
      ["cache-empty", []],
      ["cache-full", []],
    ]);
    expect([used(empty) < 13, used(full)]).toEqual([true, 256]); // blocks: the file system alone; all
    expect(hits(empty)).toBeGreaterThan(hits(full)); // what is hot has to drive out what was
    expect(full.metrics["seconds-to-90-percent"]).toBeGreaterThan(empty.metrics["seconds-to-90-percent"]!);
  },
  WITHIN_MS,
);

/** A real sshd there, and the one way to it. */
async function letIn(guest: Places, place: string): Promise<Host> {
  makeKey(join(place, "user"));
  const key = readFileSync(join(place, "user.pub"), "utf8").trim();
  const hostKey =
    await guest.sh(`modprobe virtio_net; ${ITS_CARD}; ip link set $c up; ip addr add 10.0.2.15/24 dev $c
mkdir -p /root/.ssh /run/sshd; echo '${key}' >/root/.ssh/authorized_keys
/usr/sbin/sshd; cat /etc/ssh/ssh_host_ed25519_key.pub`);
  const pipe = "const s=require('net').connect(22,'127.0.0.1');process.stdin.pipe(s);s.pipe(process.stdout)";
  const way = `ProxyCommand ${guest.enter.join(" ")} ${process.execPath} -e "${pipe}"`;
  writeFileSync(join(place, "known_hosts"), `one ${hostKey}`);
  writeFileSync(join(place, "ssh_config"), clientConfig(place, [way]));
  return overSsh("one", { config: join(place, "ssh_config") });
}
