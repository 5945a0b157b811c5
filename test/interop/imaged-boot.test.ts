import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { type DiskPlan, planDisks } from "../../src/hand/core/imaging/disk-plan.ts";
import { layOutScript } from "../../src/hand/core/imaging/lay-out-script.ts";
import { HOST_KEY_LINE, ownScript } from "../../src/hand/core/imaging/own-script.ts";
import { RECIPES, type Recipe } from "../../src/hand/core/imaging/recipe.ts";
import { unpackScript } from "../../src/hand/core/imaging/unpack-script.ts";
import { findRoot } from "../../src/image/build-root.ts";
import { loadersFor } from "../../src/image/efi-loaders.ts";
import { newestGeneration } from "../../src/image/generations.ts";
import { freePort } from "../support/free-port.ts";
import { HandRig } from "../support/hand-machine.ts";

/**
 * Real firmware, the real live hand and real disks of QEMU's: minutes each, so only before a release. The state
 * directory has the images live, root-debian-12 and root-debian-13 (`rackhand image build`), and debian-13.
 */
const state = process.env.RACKHAND_RELEASE === "1" ? process.env.RACKHAND_STATE : undefined;
const DISK_BYTES = 4 * 2 ** 30;
const LIMIT = 15 * 60_000;
const ON_XFS = [
  { mount: "swap", bytes: 2 ** 29, as: "swap" },
  { mount: "/", bytes: "rest", as: "xfs" },
] as const;
const LAID: Readonly<Record<string, Recipe>> = {
  ...RECIPES,
  xfs: { disks: 1, group: null, volumes: ON_XFS },
};
/** On where firmware has it and a kernel that was not signed would not have started. */
const SECURE_BOOT =
  "od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c; " +
  "cat /sys/kernel/security/lockdown";
const work = mkdtempSync(join(tmpdir(), "imaged-boot-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.skipIf(state === undefined)("with RACKHAND_RELEASE=1 and RACKHAND_STATE", () => {
  test.each([
    ["debian-12", "bios", "plain"],
    ["debian-13", "uefi", "lvm"],
    ["debian-13", "uefi", "raid1-lvm"],
    ["debian-12", "uefi", "plain"],
    ["debian-13", "bios", "lvm"],
    ["debian-13", "bios", "xfs"],
    ["debian-13", "uefi", "xfs"],
    ["debian-12", "bios", "xfs"],
    ["debian-13", "secure", "xfs"],
  ] as const)(
    "%s on %s by %s: from the live hand to login:, in by the key, and again",
    async (release, firmware, recipe) => {
      const bench = await benchFor({ release, firmware, recipe });

      await bench.lay();
      await bench.unpack();
      const hostKey = await bench.own();
      await bench.rig.cutPower();
      for (const boot of ["first", "second"]) {
        bench.rig.bootDisk();
        await bench.rig.seen(/web1 login:/, LIMIT);
        expect([boot, bench.ssh(hostKey, "findmnt -no SOURCE / && sync")]).toEqual([
          boot,
          expect.any(String),
        ]);
        if (firmware === "secure") expect(bench.ssh(hostKey, SECURE_BOOT)).toMatch(/^\s*1\s.*\[integrity\]/);
        await bench.rig.cutPower();
      }
    },
    2 * LIMIT,
  );

  test(
    "power that is cut in the middle of unpacking leaves nothing that boots, and a second try works",
    async () => {
      const bench = await benchFor({ release: "debian-12", firmware: "bios", recipe: "plain" });
      await bench.lay();
      void bench.unpack();
      await expect.poll(() => bench.rig.fetched, { timeout: LIMIT }).toBeGreaterThan(64 * 2 ** 20);
      await bench.rig.cutPower();
      bench.rig.bootDisk();
      await bench.rig.seen(/Booting from Hard Disk/, LIMIT); // and there it stays
      await bench.rig.cutPower();
      expect(bench.rig.console).not.toContain("GRUB");

      await bench.rig.bootHand();
      await bench.lay();
      await bench.unpack();
      const hostKey = await bench.own();
      await bench.rig.cutPower();
      bench.rig.bootDisk();

      await bench.rig.seen(/web1 login:/, LIMIT);
      expect(bench.ssh(hostKey, "cat /etc/debian_version")).toMatch(/^12\./);
    },
    2 * LIMIT,
  );

  test(
    "bytes that changed on the way are told, and the disk has no system",
    async () => {
      const bench = await benchFor({ release: "debian-12", firmware: "bios", recipe: "plain" });
      await bench.lay();
      bench.rig.spoil = true;

      const answer = await bench.rig.errand("unpack-spoilt", bench.scripts.unpack);

      expect(answer).toMatchObject({ code: 4, output: expect.stringContaining("did not come whole") });
      expect(await bench.rig.errand("own-spoilt", bench.scripts.own)).toMatchObject({ code: 4 });
    },
    LIMIT,
  );
});

type Cell = { release: "debian-12" | "debian-13"; firmware: "bios" | "uefi" | "secure"; recipe: string };

/** A machine with empty disks, its hand booting, and the scripts of an install. */
async function benchFor({ release, firmware, recipe: name }: Cell) {
  const recipe = LAID[name]!;
  const place = mkdtempSync(join(work, `${release}-${firmware}-${name}-`));
  const root = (await findRoot(release, state!))!;
  const tree = (image: string) => newestGeneration(join(state!, "images", image)).then((it) => it!.tree);
  const disks = Array.from({ length: recipe.disks }, (_, i) => {
    const file = join(place, `disk${i}`);
    writeFileSync(file, "");
    truncateSync(file, DISK_BYTES);
    return { file, serial: `RH-${i}` };
  });
  const key = join(place, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]);
  const sshPort = await freePort();
  const live = await tree("live");
  const rig = new HandRig({
    ...{ linux: join(live, "linux"), initrd: join(live, "initrd"), disks, sshPort },
    ...(firmware !== "bios" && { firmware: { desk: place, ...(firmware === "secure" && (await signed())) } }),
    files: { [root.name]: join(await tree(`root-${release}`), "root.tar.zst") },
  });
  onTestFinished(() => rig.close());
  const seen = disks.map(({ serial }, i) => ({ name: `vd${"ab"[i]}`, serial, wwn: null, bytes: DISK_BYTES }));
  const read = planDisks(recipe, {
    ...{ disks: seen, ids: disks.map(({ serial }) => serial) },
    firmware: firmware === "bios" ? "bios" : "uefi",
  });
  if (!read.ok) throw new Error(read.flaw);
  const scripts = scriptsFor(read.value, root, readFileSync(`${key}.pub`, "utf8").trim());
  await rig.bootHand();
  let asked = 0;
  const fine = async (script: string) => {
    const { code, output } = await rig.errand(`errand-${++asked}-${process.pid}`, script, LIMIT);
    expect([code, output]).toEqual([0, expect.any(String)]);
    return output;
  };
  return {
    ...{ rig, scripts },
    lay: () => fine(scripts.lay),
    unpack: () => fine(scripts.unpack),
    own: async () => HOST_KEY_LINE.exec(await fine(scripts.own))![1]!,
    ssh: (hostKey: string, command: string) => {
      const known = join(place, "known");
      writeFileSync(known, `[127.0.0.1]:${sshPort} ${hostKey}\n`);
      const options = [
        "-i",
        key,
        "-p",
        `${sshPort}`,
        "-o",
        `UserKnownHostsFile=${known}`,
        "-o",
        "BatchMode=yes",
      ];
      const argv = [...options, "-o", "StrictHostKeyChecking=yes", "root@127.0.0.1", command];
      const { status, stdout, stderr } = spawnSync("ssh", argv, { encoding: "utf8", timeout: 180_000 });
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      return stdout;
    },
  };
}

/** Shim and GRUB as a Debian that is here has them for the network. */
async function signed() {
  const { of, tree } = await loadersFor("debian-13", state!);
  if (of !== "debian-13")
    throw new Error(`\`rackhand image pull debian-13\` first: GRUB of ${of} knows no port`);
  return { signed: join(tree.root, "debian-installer/amd64") };
}

function scriptsFor(plan: DiskPlan, root: { name: string; bytes: number; sha256: string }, key: string) {
  const serial = { unit: 0, speed: 115_200 };
  return {
    lay: layOutScript(plan),
    unpack: unpackScript(plan, root),
    own: ownScript(plan, { host: "web1", serial, keys: [key], user: null, sha256: root.sha256 }),
  };
}
