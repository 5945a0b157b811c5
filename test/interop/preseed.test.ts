import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { must } from "../../src/base/read.ts";
import { diskCommand, readDiskTarget } from "../../src/image/core/disk-target.ts";
import { HOST_KEY_ON_CONSOLE } from "../../src/image/core/late-commands.ts";
import { renderPreseed } from "../../src/image/core/render-preseed.ts";
import { ownProfiles } from "../../src/main/own-profiles.ts";
import { settingsOf } from "../../src/settings/read-settings.ts";

const place = mkdtempSync(join(tmpdir(), "rackhand-preseed-"));
afterAll(() => rmSync(place, { recursive: true }));

const KEY = `ssh-ed25519 ${"A".repeat(68)} anna@desk`;
const WHOLE = {
  network: {
    ...{ by: "static", addresses: { web1: "10.0.0.7/24" } },
    ...{ gateway: "10.0.0.1", "name-servers": ["10.0.0.2"] },
  },
  disk: { layout: "lvm", recipe: "multi", filesystem: "xfs" },
  root: { "ssh-keys": [KEY] },
  user: { name: "anna", sudo: true, "ssh-keys": [KEY] },
  packages: ["lldpd", "vim"],
  "late-commands": ['echo "it\'s here" > /etc/motd', "touch /done"],
};
const SPEAKS = { machine: "web1", mac: "52:54:00:7a:00:01", serial: { unit: 1, speed: 115_200 } };

function renderedWith(profile: object): string {
  const { profiles } = settingsOf({ profiles: { p: profile } }, "", (wrong) => new Error(wrong.join("; ")));
  const of = { ...SPEAKS, suite: "bookworm", mirror: "http://10.0.0.1:3142/debian" };
  const disk = must(readDiskTarget("S3Z8NX0K512345"));
  return renderPreseed(ownProfiles(profiles).p!, of, { disk, hashes: "kept" });
}

test.each([{}, WHOLE])("debconf takes every answer of a rendered preseed: %j", (profile) => {
  const file = join(place, "preseed.cfg");
  writeFileSync(file, renderedWith(profile));

  const checked = spawnSync("debconf-set-selections", ["-c", file], { encoding: "utf8" });

  expect([checked.status, checked.stderr]).toEqual([0, ""]);
});

test("a shell takes the late command as it is meant", () => {
  const late = /late_command string ([\s\S]*?)\nd-i /.exec(renderedWith(WHOLE))![1]!.replace(/\\\n/g, "");
  const stubs = join(place, "stubs");
  execFileSync("mkdir", ["-p", stubs]);
  for (const program of ["in-target", "chroot", "chmod"]) {
    writeFileSync(join(stubs, program), `#!/bin/sh\nprintf '${program}|'; printf '%s|' "$@"\n`);
    chmodSync(join(stubs, program), 0o755);
  }
  const script = late.replaceAll("/target/", `${place}/`);
  for (const directory of ["root/.ssh", "home/anna/.ssh", "etc/sudoers.d", "etc/systemd/network"])
    execFileSync("mkdir", ["-p", join(place, directory)]);
  for (const directory of ["etc/network/interfaces.d", "etc/default/grub.d"])
    execFileSync("mkdir", ["-p", join(place, directory)]);

  const env = { PATH: `${stubs}:${process.env.PATH}` };
  const ran = spawnSync("sh", ["-c", script], { encoding: "utf8", env });

  expect([ran.status, ran.stderr]).toEqual([0, ""]);
  expect(ran.stdout).toContain(`in-target|sh|-c|echo "it's here" > /etc/motd|`);
  expect(readFileSync(join(place, "root/.ssh/authorized_keys"), "utf8")).toBe(`${KEY}\n`);
  expect(readFileSync(join(place, "etc/sudoers.d/anna"), "utf8")).toBe("anna ALL=(ALL) NOPASSWD: ALL\n");
});

/** What partman would be told, by a debconf that writes down what it is told. */
function partmanTold(links: Readonly<Record<string, string>>, typed: string) {
  const byId = mkdtempSync(join(place, "by-id-"));
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(byId, name));
  const told = join(byId, "debconf-set");
  writeFileSync(told, '#!/bin/sh\necho "$1 $2"\n');
  chmodSync(told, 0o755);
  const ran = spawnSync("sh", ["-c", diskCommand(must(readDiskTarget(typed)), byId)], {
    env: { PATH: `${byId}:${process.env.PATH}` },
    encoding: "utf8",
  });
  return { status: ran.status, told: ran.stdout.replaceAll(byId, "BY-ID") };
}

// any block device does for `test -b`; where there is none, that it fails closed is all that can be shown
const DISK = ["/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/loop0"].find(
  (path) => spawnSync("test", ["-b", path]).status === 0,
);

test.skipIf(DISK === undefined)(
  `the disk is found by its serial number, by whatever names it has${DISK ? "" : " (skipped: no block device)"}`,
  () => {
    const links = { "ata-MODEL_S3Z8NX0K": DISK!, "scsi-SATA_MODEL_S3Z8NX0K": DISK!, "ata-OTHER": DISK! };

    expect(partmanTold(links, "S3Z8NX0K")).toEqual({
      status: 0,
      told: `partman-auto/disk ${DISK}\ngrub-installer/bootdev ${DISK}\n`,
    });
    expect(partmanTold(links, "ata-OTHER").status).toBe(0);
  },
);

test("a disk that is not there, or is no disk, leaves partman with none and fails", () => {
  for (const links of [{}, { "ata-MODEL_S3Z8NX0K": "/dev/null" }]) {
    const { status, told } = partmanTold(links, "S3Z8NX0K");

    expect(status).not.toBe(0);
    expect(told).toMatch(/^partman-auto\/disk BY-ID\/no-disk-is-called-S3Z8NX0K\n/);
  }
});

test("the host key's line above the login prompt fits a serial terminal", () => {
  execFileSync("mkdir", ["-p", join(place, "etc/ssh")]);
  execFileSync("ssh-keygen", [
    "-q",
    "-t",
    "ed25519",
    "-N",
    "",
    "-f",
    join(place, "etc/ssh/ssh_host_ed25519_key"),
  ]);
  const commands = HOST_KEY_ON_CONSOLE.join(" && ").replaceAll("/target/", `${place}/`);

  execFileSync("sh", ["-c", commands]);

  const line = readFileSync(join(place, "etc/issue.d/ssh-host-key.issue"), "utf8");
  expect(line).toMatch(/^sshkey: AAAAC3NzaC1lZDI1NTE5[A-Za-z0-9+/]{48}\n$/);
});
