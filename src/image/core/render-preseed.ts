import { type DiskTarget, diskCommand } from "./disk-target.ts";
import { lateCommands } from "./late-commands.ts";
import type { Login, PreseedOf, PreseedProfile } from "./preseed-profile.ts";

/** `shown`: for people's eyes, who need not see password hashes. */
type Wish = { readonly disk: DiskTarget | undefined; readonly hashes: "kept" | "hidden" };

/**
 * The installer's answers for one machine (Installation Guide, appendix B). The disk is written to without a question
 * only where it was typed.
 */
export function renderPreseed(profile: PreseedProfile, of: PreseedOf, wish: Wish): string {
  const parts = [
    [`# ${of.machine}, made by Rackhand; served to it once.`],
    localeLines(profile),
    networkLines(profile, of),
    mirrorLines(of),
    clockLines(profile),
    loginLines(profile, wish.hashes),
    diskLines(profile, wish.disk),
    packageLines(profile),
    endLines(lateCommands(profile, of)),
  ];
  return `${parts.flat().join("\n")}\n`;
}

/** More answers for a preseed of the operator's own: which disk it is about. */
export const diskAnswer = (disk: DiskTarget): string =>
  `d-i partman/early_command string ${diskCommand(disk)}\n`;

const answer = (question: string, type: string, value: string): string =>
  `d-i ${question} ${type} ${value}`.trimEnd();

const localeLines = ({ locale, keymap }: PreseedProfile): string[] => [
  answer("debian-installer/locale", "string", locale),
  answer("keyboard-configuration/xkb-keymap", "select", keymap),
];

function networkLines({ network, domain }: PreseedProfile, { machine }: PreseedOf): string[] {
  return [
    answer("netcfg/choose_interface", "select", "auto"),
    answer("netcfg/get_hostname", "string", machine),
    answer("netcfg/hostname", "string", machine),
    answer("netcfg/get_domain", "string", domain),
    ...(network.by === "static" ? [answer("netcfg/target_network_config", "select", "loopback")] : []),
  ];
}

function mirrorLines({ mirror, suite }: PreseedOf): string[] {
  const { protocol, host, path } = parted(mirror);
  return [
    answer("mirror/country", "string", "manual"),
    answer("mirror/protocol", "string", protocol),
    answer(`mirror/${protocol}/hostname`, "string", host),
    answer(`mirror/${protocol}/directory`, "string", path),
    answer(`mirror/${protocol}/proxy`, "string", ""),
    answer("mirror/suite", "string", suite),
    answer("mirror/udeb/suite", "string", suite),
  ];
}

function parted(url: string): { protocol: string; host: string; path: string } {
  const [, protocol = "http", host = "", path = ""] = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  return { protocol, host, path: path.replace(/\/+$/, "") || "/" };
}

const clockLines = ({ timeZone }: PreseedProfile): string[] => [
  answer("clock-setup/utc", "boolean", "true"),
  answer("time/zone", "string", timeZone),
  answer("clock-setup/ntp", "boolean", "true"),
];

function loginLines({ root, user }: PreseedProfile, hashes: Wish["hashes"]): string[] {
  const hash = ({ passwordHash }: Login) =>
    passwordHash === undefined ? "!" : hashes === "kept" ? passwordHash : "(a password hash, not shown)";
  const made = user !== undefined;
  return [
    answer("passwd/root-login", "boolean", "true"),
    answer("passwd/root-password-crypted", "password", hash(root)),
    answer("passwd/make-user", "boolean", `${made}`),
    ...(made
      ? [
          answer("passwd/user-fullname", "string", user.name),
          answer("passwd/username", "string", user.name),
          answer("passwd/user-password-crypted", "password", hash(user)),
        ]
      : []),
  ];
}

function diskLines({ disk }: PreseedProfile, target: DiskTarget | undefined): string[] {
  const { layout, recipe, filesystem } = disk;
  const layoutLines = [
    answer("partman-auto/method", "string", layout),
    answer("partman-auto/choose_recipe", "select", recipe),
    answer("partman/default_filesystem", "string", filesystem),
    ...(layout === "lvm" ? [answer("partman-auto-lvm/guided_size", "string", "max")] : []),
    answer("grub-installer/only_debian", "boolean", "true"),
    answer("grub-installer/with_other_os", "boolean", "false"),
  ];
  if (target === undefined) return layoutLines;
  return [...layoutLines, diskAnswer(target).trimEnd(), ...WRITES];
}

/** Without them the installer asks a person before it writes. */
const WRITES = [
  ...["partman-lvm/device_remove_lvm", "partman-md/device_remove_md", "partman-lvm/confirm"],
  ...["partman-lvm/confirm_nooverwrite", "partman-auto-lvm/no_boot", "partman-md/confirm"],
  ...["partman-md/confirm_nooverwrite", "partman-partitioning/confirm_write_new_label"],
  ...["partman/confirm", "partman/confirm_nooverwrite", "partman-efi/non_efi_system"],
]
  .map((question) => answer(question, "boolean", "true"))
  .concat(answer("partman/choose_partition", "select", "finish"));

function packageLines({ packages, user }: PreseedProfile): string[] {
  const wanted = new Set(["openssh-server", ...(user?.sudo ? ["sudo"] : []), ...packages]);
  return [
    "tasksel tasksel/first multiselect standard",
    answer("pkgsel/include", "string", [...wanted].join(" ")),
    answer("pkgsel/upgrade", "select", "full-upgrade"),
    "popularity-contest popularity-contest/participate boolean false",
    answer("apt-setup/cdrom/set-first", "boolean", "false"),
  ];
}

const endLines = (late: readonly string[]): string[] => [
  answer("preseed/late_command", "string", late.join(" && \\\n  ")),
  answer("finish-install/reboot_in_progress", "note", ""),
];
