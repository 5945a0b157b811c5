import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { readDiskTarget } from "./disk-target.ts";
import { readPreseed } from "./preseed.ts";
import type { PreseedOf, PreseedProfile } from "./preseed-profile.ts";
import { fillPreseed } from "./preseed-variables.ts";
import { renderPreseed } from "./render-preseed.ts";

const HASH = "$6$salt$hashOfAPassword";
const PROFILE: PreseedProfile = {
  ...{ network: { by: "dhcp" }, domain: "example.org", mirror: undefined, timeZone: "Etc/UTC" },
  disk: { layout: "lvm", recipe: "atomic", filesystem: "ext4" },
  root: { passwordHash: undefined, sshKeys: ["ssh-ed25519 AAAAC3Nz root@desk"] },
  user: { name: "anna", sudo: true, passwordHash: HASH, sshKeys: [] },
  ...{ locale: "en_US.UTF-8", keymap: "us", packages: ["lldpd"], lateCommands: ["echo 'it is' > /etc/motd"] },
};
const OF: PreseedOf = {
  ...{ machine: "web1", mac: "52:54:00:7a:00:01", serial: { unit: 1, speed: 115_200 } },
  ...{ suite: "bookworm", mirror: "http://10.0.0.1:3142/debian" },
};
const rendered = (profile = PROFILE, disk?: string) =>
  renderPreseed(profile, OF, {
    disk: disk === undefined ? undefined : must(readDiskTarget(disk)),
    hashes: "kept",
  });

test("the mirror, the suite and the name are the machine's", () => {
  const text = rendered();

  expect(readPreseed(text)).toMatchObject({ mirror: OF.mirror, suite: "bookworm", proxy: undefined });
  expect(text).toContain("d-i netcfg/get_hostname string web1\n");
});

test("a disk is written to without a question only where it was typed", () => {
  expect(rendered()).not.toMatch(/partman[^ ]*\/confirm|early_command|partman-auto\/disk/);
  expect(rendered(PROFILE, "S3Z8NX0K512345")).toMatch(
    /early_command string .*\[_-\]S3Z8NX0K512345[\s\S]*partman\/confirm boolean true/,
  );
});

test("a password hash stands in its own answer and in no command, whose text the installer logs", () => {
  const text = rendered();

  const [, late] = text.split("preseed/late_command");
  expect(text).toContain(`d-i passwd/user-password-crypted password ${HASH}\n`);
  expect(late).not.toContain(HASH);
  expect(renderPreseed(PROFILE, OF, { disk: undefined, hashes: "hidden" })).not.toContain(HASH);
});

test("a machine with a fixed address has it in the installed system, by its network card's MAC", () => {
  const network = {
    by: "static",
    ...{ addresses: { web1: "10.0.0.7/24" }, gateway: "10.0.0.1", nameServers: ["10.0.0.2"] },
  } as const;

  const text = rendered({ ...PROFILE, network });

  expect(text).toContain("'address 10.0.0.7/24' 'gateway 10.0.0.1'");
  expect(text).toContain(`'MACAddress=${OF.mac}'`);
});

test("what stands in doubled braces in a preseed of one's own is filled in; a word nobody knows is refused", () => {
  const own = `d-i netcfg/get_hostname string {{machine}}\nd-i x/y string $primary{ } \${x} {{mirror-host}}\n`;

  expect(fillPreseed(own, OF)).toEqual({
    ok: true,
    value: `d-i netcfg/get_hostname string web1\nd-i x/y string $primary{ } \${x} 10.0.0.1:3142\n`,
  });
  expect(fillPreseed("{{password}}", OF)).toMatchObject({
    ok: false,
    flaw: expect.stringContaining("machine"),
  });
});
