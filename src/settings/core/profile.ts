import { z } from "zod";
import { readIpv4 } from "../../base/ipv4.ts";

const fits = (pattern: RegExp, message: string, example: string) =>
  z
    .string()
    .regex(pattern, message)
    .meta({ examples: [example] });

const ipv4 = z.string().check((context) => {
  const got = readIpv4(context.value);
  if (!got.ok) context.issues.push({ code: "custom", message: got.flaw, input: context.value });
});
const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const withPrefix = fits(
  new RegExp(`^${OCTET}(\\.${OCTET}){3}/(?:[12]?\\d|3[0-2])$`),
  "an address with its prefix, such as 10.0.0.7/24",
  "10.0.0.7/24",
);

/** A hash in the words of crypt(5), never a password: whoever reads the file must not be able to log in. */
const hash = fits(
  /^\$(?:y|gy|6|5|2b|7)\$[A-Za-z0-9./$=,]{20,200}$/,
  "a hash as `mkpasswd -m yescrypt` prints it, such as $y$j9T$…, not a password",
  "$y$j9T$salt$hash",
);
const sshKey = fits(
  /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/]{40,800}={0,2}(?: [\w.@+-]{1,100})?$/,
  "one line of an ssh .pub file: type, key and at most one word",
  "ssh-ed25519 AAAA… anna@desk",
);
const login = {
  "password-hash": hash.optional().describe("not given: nobody logs in by password"),
  "ssh-keys": z.array(sshKey).max(50).default([]),
};

const oneLine = z
  .string()
  .min(1)
  .max(2000)
  .regex(/^[\x20-\x7e]+$/, "one line of printable ASCII");

const network = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("dhcp") }),
  z.strictObject({
    by: z.literal("static"),
    addresses: z.record(z.string(), withPrefix).describe("of each machine, by its name"),
    gateway: ipv4,
    "name-servers": z.array(ipv4).min(1).max(3),
  }),
]);

/** `[profiles.NAME]`: how machines are installed by Debian's installer. */
export const profile = z.strictObject({
  network: network
    .default({ by: "dhcp" })
    .describe("of the installed system; the installer itself asks DHCP"),
  domain: fits(/^[a-z0-9.-]{0,200}$/, "a domain such as example.org", "example.org").default(""),
  mirror: fits(
    /^https?:\/\/[a-z0-9.-]+(:\d+)?(\/[\w./~-]+)?$/,
    "an address such as http://mirror.example.org/debian",
    "http://mirror.example.org/debian",
  )
    .optional()
    .describe("not given: the segment's own mirror, else Debian's"),
  disk: z
    .strictObject({
      layout: z.enum(["regular", "lvm"]).default("regular"),
      recipe: z.enum(["atomic", "home", "multi"]).default("atomic").describe("as the installer calls them"),
      filesystem: z.enum(["ext4", "xfs"]).default("ext4"),
    })
    .prefault({}),
  root: z.strictObject(login).prefault({}),
  user: z
    .strictObject({
      name: fits(/^[a-z][a-z0-9-]{0,30}$/, "lower-case letters, digits and hyphens", "anna"),
      sudo: z.boolean().default(false),
      ...login,
    })
    .optional(),
  "time-zone": fits(/^[A-Za-z]+(?:[/_+-]?[A-Za-z0-9]+)*$/, "a zone such as Europe/Berlin", "Etc/UTC").default(
    "Etc/UTC",
  ),
  locale: fits(
    /^[a-z]{2,3}(_[A-Z]{2})?(\.UTF-8)?$|^C(\.UTF-8)?$/,
    "a locale such as en_US.UTF-8",
    "en_US.UTF-8",
  ).default("en_US.UTF-8"),
  keymap: fits(/^[a-z]{2,20}$/, "a keymap such as us", "us").default("us"),
  packages: z
    .array(fits(/^[a-z0-9][a-z0-9+.-]+$/, "a package's name", "lldpd"))
    .max(200)
    .default([]),
  "late-commands": z
    .array(oneLine)
    .max(50)
    .default([])
    .describe("run in the installed system before it first starts; the installer logs them: no secrets here"),
});
export type ProfileSettings = z.output<typeof profile>;
