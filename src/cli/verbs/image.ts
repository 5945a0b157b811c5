import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { given, json, kernelParts, says } from "../common.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";
import type { CheckedImage } from "../world.ts";

const HEAD = ["NAME", "DEBIAN", "BUILD", "KERNEL", "GRUB FOR UEFI", "DIRECTORY"];

export const imageList = verb({
  words: "image list",
  says: "The images on this machine",
  example: "rackhand image list",
  options: object({ json }),
  async act({ json: asJson }, { local, out, width }) {
    const images = await local.images();
    const rows = images.map((one) => [
      one.name,
      one.release ?? "none",
      one.build ?? "",
      one.kernelRelease ?? "",
      one.loaders === null ? "" : `${one.loaders.grub ?? "unknown"} (${one.loaders.of})`,
      one.root,
    ]);
    if (asJson) out(JSON.stringify(images));
    else if (images.length === 0)
      out("No images yet. `apt-get install debian-installer-12-netboot-amd64` brings one.");
    else for (const line of columns(HEAD, rows, width)) out(line);
    return images.length === 0 ? 1 : 0;
  },
});

export const imageAdd = verb({
  words: "image add",
  says: "A kernel, its initrd and its command line as an image of your own, for the boot plans kernel and live",
  example:
    "rackhand image add live --kernel vmlinuz --initrd initrd.img --file filesystem.squashfs " +
    '--append "boot=live fetch={base}filesystem.squashfs"',
  options: object({
    name: argument(
      string({ metavar: "NAME" }),
      says("What it is called; the plan live boots the one called live"),
    ),
    ...kernelParts,
    kernel: option("--kernel", string({ metavar: "FILE" }), says("The kernel")),
    files: multiple(
      option(
        "--file",
        string({ metavar: "FILE" }),
        says("What it fetches by itself, at {base} and the file's name"),
      ),
    ),
    json,
  }),
  async act({ name, kernel, initrd, append, files, json: asJson }, { local, out }) {
    const added = await local.addImage({ name, kernel, append, files, ...given({ initrd }) });
    out(asJson ? JSON.stringify(added) : `${added.name} is here: ${added.kernelRelease ?? "a kernel"}`);
    return 0;
  },
});

export const imageRemove = verb({
  words: "image remove",
  says: "Remove an image that was added; exit 1 when there is none of that name",
  example: "rackhand image remove kernel-4f2a90c1b7de",
  options: object({ name: argument(string({ metavar: "NAME" }), says("The image")), json }),
  async act({ name, json: asJson }, { local, out }) {
    const was = await local.removeImage(name);
    const said = was ? `${name} is removed` : `No image that was added is called ${name}`;
    out(asJson ? JSON.stringify({ was, says: said }) : said);
    return was ? 0 : 1;
  },
});

const mirror = optional(
  option("--mirror", string({ metavar: "URL" }), says("The mirror; else the one of this machine's apt")),
);
const keyring = optional(
  option("--keyring", string({ metavar: "FILE" }), says("Whose signatures count; else Debian's own keys")),
);

export const imageCheck = verb({
  words: "image check",
  says: "Whether an installation from an image will go through; exit 0 pass, 1 fail, 2 could not tell",
  example: "rackhand image check /srv/tftp --mirror http://mirror.example.org/debian",
  options: object({
    image: argument(string({ metavar: "IMAGE" }), says("An image's name or directory")),
    mirror,
    suite: optional(
      option(
        "--suite",
        string({ metavar: "SUITE" }),
        says("What the installer asks for; else the image's own"),
      ),
    ),
    preseed: optional(
      option("--preseed", string({ metavar: "FILE" }), says("A preseed that names mirror and suite")),
    ),
    keyring,
    every: withDefault(flag("--every", says("Ask the mirror for each udeb, not for a sample")), false),
    json,
  }),
  async act({ image, mirror, suite, preseed, keyring, every, json: asJson }, { local, out }) {
    const named = { mirror, suite, preseed, keyring };
    const checked = await local.checkImage({ image, every, ...given(named) });
    if (asJson) out(JSON.stringify(checked));
    else for (const line of checkedLines(checked)) out(line);
    return { pass: 0, fail: 1, unknown: 2 }[checked.overall];
  },
});

const WORDS = { pass: "pass", warn: "warning", fail: "fail", unknown: "could not tell" } as const;

/** Each finding whole, its remedy below it. */
function checkedLines({ kernelRelease, build, mirror, suite, findings, overall }: CheckedImage): string[] {
  const indent = " ".repeat(31);
  const rows = findings.flatMap(({ id, is, says, remedy }) => [
    `${WORDS[is].padEnd(16)}${id.padEnd(15)}${says}`,
    ...(remedy === undefined ? [] : [`${indent}${remedy}`]),
  ]);
  const where = mirror === null ? "no mirror" : `${mirror}, ${suite}`;
  return [`Linux ${kernelRelease}, build ${build}, against ${where}`, ...rows, `Overall: ${WORDS[overall]}.`];
}

export const imagePull = verb({
  words: "image pull",
  says:
    "Bring the newest build of a Debian installer here, verified down from Debian's signature: the mirror's " +
    "netboot.tar.gz, or else Debian's own package through apt, whose state stays as it is",
  example: "rackhand image pull debian-13",
  options: object({
    image: argument(choice(["debian-12", "debian-13"], { metavar: "IMAGE" }), says("Which")),
    arch: withDefault(option("--arch", string({ metavar: "ARCH" }), says("Debian's name for it")), "amd64"),
    mirror,
    keyring,
    fromPackage: withDefault(flag("--from-package", says("From Debian's package, by apt")), false),
    fromDirectory: optional(
      option(
        "--from-dir",
        string({ metavar: "DIR" }),
        says("From an unpacked tree, which is checked and copied"),
      ),
    ),
    json,
  }),
  async act({ image, arch, fromPackage, json: asJson, mirror, keyring, fromDirectory }, { local, out, err }) {
    const named = given({ mirror, keyring, fromDirectory });
    const pulled = await local.pullImage({ image, arch, fromPackage, ...named }, err);
    out(
      asJson
        ? JSON.stringify(pulled)
        : `${pulled.name} is here: build ${pulled.build}, Linux ${pulled.kernelRelease}`,
    );
    return 0;
  },
});

export const imageBuild = verb({
  words: "image build",
  says:
    "Build from a mirror: live, the live hand, a Debian in memory beside Debian's signed kernel, that does errands, " +
    "the same from the same mirror; root, a Debian that imaged installs put onto disks",
  example: "rackhand image build live --suite debian-13",
  options: object({
    image: argument(choice(["live", "root"], { metavar: "IMAGE" }), says("Which")),
    suite: withDefault(
      option("--suite", choice(["debian-12", "debian-13"]), says("Which Debian it is made of")),
      "debian-13" as const,
    ),
    mirror,
    keyring,
    json,
  }),
  async act({ image, suite, mirror, keyring, json: asJson }, { local, out, err }) {
    const built = await local.buildImage({ image, suite, ...given({ mirror, keyring }) }, err);
    out(asJson ? JSON.stringify(built) : `${built.name} is here: ${built.says}`);
    return 0;
  },
});

export const imageSerial = verb({
  words: "image serial",
  says: "An installer tree's menus with the serial console on: the diff, and with --out the changed files",
  example: "rackhand image serial /srv/tftp --unit 1 --speed 57600 --out /srv/tftp-serial",
  options: object({
    tree: argument(string({ metavar: "TREE" }), says("The directory that holds debian-installer/")),
    unit: withDefault(option("--unit", integer({ min: 0, max: 31 }), says("1 is ttyS1")), 1),
    speed: withDefault(
      option("--speed", choice(["9600", "19200", "38400", "57600", "115200"]), says("Bits per second")),
      "115200",
    ),
    out: optional(option("--out", string({ metavar: "DIR" }), says("Where to write the changed files"))),
    json,
  }),
  async act({ tree, unit, speed, out: directory, json: asJson }, { local, out }) {
    const to = directory === undefined ? {} : { out: directory };
    const diff = await local.serialImage({ tree, unit, speed: Number(speed), ...to });
    out(asJson ? JSON.stringify({ diff, out: directory ?? null }) : diff);
    return 0;
  },
});
