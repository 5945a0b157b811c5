import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, option } from "@optique/core/primitives";
import { choice, integer, string } from "@optique/core/valueparser";
import { json, says } from "../common.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";

export const imageList = verb({
  words: "image list",
  says: "The images on this machine",
  example: "rackhand image list",
  options: object({ json }),
  async act({ json: asJson }, { local, out, width }) {
    const images = await local.images();
    const rows = images.map((one) => [one.name, one.release, one.build, one.kernelRelease, one.root]);
    if (asJson) out(JSON.stringify(images));
    else if (images.length === 0)
      out("No images yet. `apt-get install debian-installer-12-netboot-amd64` brings one.");
    else
      for (const line of columns(["NAME", "DEBIAN", "BUILD", "KERNEL", "DIRECTORY"], rows, width)) out(line);
    return images.length === 0 ? 1 : 0;
  },
});

export const imageCheck = verb({
  words: "image check",
  says: "Whether an image is whole and of one build; exit 0 pass, 1 fail, 2 could not tell",
  example: "rackhand image check debian-12",
  options: object({
    image: argument(string({ metavar: "IMAGE" }), says("An image's name or directory")),
    json,
  }),
  async act({ image, json: asJson }, { local, out, width }) {
    const findings = await local.checkImage(image);
    const rows = findings.map((one) => [WORDS[one.is], one.id, one.says]);
    if (asJson) out(JSON.stringify(findings));
    else for (const line of columns(["ANSWER", "CHECK", "FOUND"], rows, width)) out(line);
    if (findings.some((one) => one.is === "fail")) return 1;
    return findings.some((one) => one.is === "unknown") ? 2 : 0;
  },
});

const WORDS = { pass: "pass", fail: "fail", unknown: "could not tell" } as const;

export const imagePull = verb({
  words: "image pull",
  says: "Fetch Debian's own installer package with apt, which verifies it, into Rackhand's state; apt's stays as it is",
  example: "rackhand image pull debian-13",
  options: object({
    image: argument(choice(["debian-12", "debian-13"], { metavar: "IMAGE" }), says("Which")),
    json,
  }),
  async act({ image, json: asJson }, { local, out, err }) {
    const pulled = await local.fetchImage(image, err);
    out(
      asJson
        ? JSON.stringify(pulled)
        : `${pulled.name} is here: build ${pulled.build}, Linux ${pulled.kernelRelease}`,
    );
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
