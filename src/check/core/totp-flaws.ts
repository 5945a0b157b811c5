/** What a login by one-time code can suffer from, in the order of how much it matters. */
export type TotpCause = keyof typeof TOTP_REMEDIES;
type Flaw = readonly [TotpCause, string];

/** Of the probe of `totp-ssh`; the worst comes first. */
export function totpFlaws(lines: readonly string[]): Flaw[] {
  const stack = lines.flatMap(moduleOf);
  const at = stack.findIndex(({ module }) => module.includes("pam_google_authenticator"));
  const [before, totp] = [stack.slice(0, at), stack[at]!];
  const users = lines.flatMap(userOf).filter((user) => mayComeIn(user, lines));
  const hasPassword = stack.some(({ module }) => !WANTS_NOTHING.test(module));
  const asked = users.filter((user) => !isExempt(user, before));
  const kbd = [
    says(lines, "kbdinteractiveauthentication"),
    ...users.map((user) => user.at.get("kbdinteractiveauthentication")),
  ];
  const pw = [
    says(lines, "passwordauthentication"),
    ...users.map((user) => user.at.get("passwordauthentication")),
  ];
  const passes = /\b(forward_pass|use_first_pass|try_first_pass)\b/.test(totp.rest);
  const tooEasy = hasPassword ? [] : (users.length > 0 ? users : anybody(lines)).filter(isOneFactor);
  const flaws: (Flaw | false)[] = [
    says(lines, "usepam") === "no" && ["no-pam", "UsePAM is off: sshd never asks for the code"],
    ...lines.flatMap((line): Flaw[] => {
      const [, group, where] = /^group (\S+) (missing|remote)$/.exec(line) ?? [];
      if (group === undefined) return [];
      if (where === "missing")
        return [["group", `the group ${group} does not exist: everybody is let in without the code`]];
      return [
        [
          "group",
          `the group ${group} is a name service's: when that is down, everybody is let in without the code`,
        ],
      ];
    }),
    tooEasy.length > 0 && [
      "one-factor",
      `${namesOf(tooEasy)}: the PAM stack alone lets them in, and it wants no password`,
    ],
    !kbd.includes("yes") &&
      !(pw.includes("yes") && (passes || !hasPassword)) && [
        "not-asked",
        "KbdInteractiveAuthentication is off, so sshd never asks for the code; the first value counts, drop-ins before sshd_config",
      ],
    ...jumpFlaw(stack, totp),
    ...usersWith(
      "nullok",
      "have no secret and are let in without the code",
      asked,
      (user) => /\bnullok\b/.test(totp.rest) && user.at.get("file") === "missing",
    ),
    ...asked.flatMap((user): Flaw[] => {
      const why = whyDenied(user, totp.rest);
      return why === null ? [] : [["denied", `${user.name}'s right code is refused: ${why}`]];
    }),
    ...usersWith(
      "skew",
      "had their clock's difference learnt: with it an old code is right, and the right one is refused",
      asked,
      (user) => user.at.get("skew") === "1" && !/\bnoskewadj\b/.test(totp.rest),
    ),
    ...usersWith("reuse", "may use the same code twice", asked, (user) => user.at.get("once") === "0"),
    ...usersWith(
      "leftover",
      "have left-over copies of the secret",
      users,
      (user) => Number(user.at.get("left")) > 0,
    ),
  ];
  return flaws.filter((flaw) => flaw !== false);
}

type Module = { readonly how: string; readonly module: string; readonly rest: string };
type User = {
  readonly name: string;
  readonly at: ReadonlyMap<string, string>;
  readonly groups: readonly string[];
};

/** Modules that want nothing known of whoever comes; any other may want a password or a key. */
const WANTS_NOTHING =
  /pam_(google_authenticator|succeed_if|permit|deny|env|nologin|faildelay|access|listfile|time|group|shells|cap)\b/;

function moduleOf(line: string): Module[] {
  const [, how, module, rest] = /^-?auth (\[[^\]]*\]|\S+) (\S+) ?(.*)$/.exec(line) ?? [];
  return how === undefined ? [] : [{ how, module: module!, rest: rest! }];
}

/** `user NAME key=value …`; the last value has spaces. */
function userOf(line: string): User[] {
  const [, name, words, methods] = /^user (\S+) (.*?)authenticationmethods=(.*)$/.exec(line) ?? [];
  if (name === undefined) return [];
  const at = new Map(
    words!
      .trim()
      .split(" ")
      .map((word) => word.split("=", 2) as [string, string]),
  );
  at.set("methods", methods!.trim());
  return [{ name, at, groups: at.get("groups")?.split(",") ?? [] }];
}

const says = (lines: readonly string[], key: string): string | undefined =>
  lines.find((line) => line.startsWith(`sshd ${key} `))?.slice(key.length + 6);
/** Where no user is listed they may be a name service's: sshd's answer for all stands for them. */
const anybody = (lines: readonly string[]): User[] =>
  userOf(`user everybody ${ALL.map((key) => `${key}=${says(lines, key) ?? "any"}`).join(" ")}`);
const ALL = ["passwordauthentication", "kbdinteractiveauthentication", "authenticationmethods"];
const namesOf = (users: readonly User[]): string => users.map(({ name }) => name).join(", ");

/** Root by code only where PermitRootLogin says yes; a list of who may come in is taken by the letter. */
function mayComeIn({ name, at, groups }: User, lines: readonly string[]): boolean {
  if (at.get("uid") === "0" && says(lines, "permitrootlogin") !== "yes") return false;
  const listed = (key: string, own: readonly string[]): boolean => {
    const list = lines.flatMap((line) => (line.startsWith(`sshd ${key} `) ? line.split(" ").slice(2) : []));
    return list.length === 0 || list.some((one) => own.includes(one) || /[*?@!]/.test(one));
  };
  return listed("allowusers", [name]) && listed("allowgroups", groups);
}

/** Who is let past the code on purpose, or by something that cannot be judged from here. */
const isExempt = ({ groups }: User, before: readonly Module[]): boolean =>
  before.some(({ module, how, rest }) => {
    if (!/success=[1-9]|success=(done|end)|sufficient/.test(how) || !WANTS_NOTHING.test(module)) return false;
    const [, not, list] = /\buser (not)?ingroup (\S+)/.exec(rest) ?? [];
    if (!module.includes("pam_succeed_if") || list === undefined) return true;
    const isIn = list.split(":").some((group) => groups.includes(group));
    return not === undefined ? isIn : !isIn;
  });

/** `any`: each method that is on is enough by itself, and so is each alternative that a space parts from the next. */
function isOneFactor({ at }: User): boolean {
  const methods = at.get("methods") ?? "any";
  if (methods === "any")
    return at.get("kbdinteractiveauthentication") === "yes" || at.get("passwordauthentication") === "yes";
  return methods.split(" ").some((way) => /^(keyboard-interactive(:pam)?|password)$/.test(way));
}

/** A jump over more lines than there are is refused, and so is who comes to the end without anybody's yes. */
function jumpFlaw(stack: readonly Module[], { rest }: Module): Flaw[] {
  const lands = (from: number, how: string): number => from + 1 + Number(/success=(\d+)/.exec(how)?.[1] ?? 0);
  const bad = stack.find(({ how }, from) => lands(from, how) > stack.length);
  const isFlat = !stack.some(({ how }) => how === "substack");
  if (isFlat && bad !== undefined)
    return [
      ["jump", `${bad.module} ${bad.rest} jumps past the end of the stack: whom it lets past is refused`],
    ];
  const letsPast = /\bnullok\b/.test(rest) || stack.some(({ how }) => /success=[1-9]/.test(how));
  if (!letsPast || !stack.every(({ module }) => SAYS_NO_YES.test(module))) return [];
  return [
    ["jump", "whoever is let past the code is refused: no pam_permit says yes at the end of the stack"],
  ];
}
const SAYS_NO_YES = /pam_(google_authenticator|succeed_if|env|faildelay)\b/;

/** As the module looks at its file: what it refuses, it refuses with the right code too. */
function whyDenied({ at }: User, rest: string): string | null {
  if (at.get("file") === "odd") return "not a plain file";
  if (at.get("file") === "missing") return null;
  const isLoose = (Number.parseInt(at.get("mode") ?? "", 8) & 0o3577) !== 0o400;
  if (isLoose && !/\ballowed_perm=/.test(rest)) return `mode ${at.get("mode")}, which ACLs change too`;
  if (at.get("owner") !== at.get("uid") && !/\b(no_strict_owner|user=)/.test(rest)) return "another owner";
  if (Number(at.get("size")) > 65_536) return "larger than 64 KiB";
  if (at.get("secret") === "bad") return "its first line is no secret";
  if (at.get("method") === "0") return 'no line " TOTP_AUTH';
  return at.get("rate") === "zero" ? "RATE_LIMIT 0" : null;
}

const usersWith = (
  cause: TotpCause,
  what: string,
  users: readonly User[],
  test: (user: User) => boolean,
): Flaw[] => {
  const such = users.filter(test);
  return such.length === 0 ? [] : [[cause, `${namesOf(such)} ${what}`]];
};

export const TOTP_REMEDIES = {
  "sshd-refuses":
    "Mend what `sshd -t` says before anything restarts sshd; a reload keeps the running one alive. A drop-in in /etc/ssh/sshd_config.d comes first, and the first value counts.",
  "no-pam": "Set `UsePAM yes`, run `sshd -t`, reload, and try a second login before you leave the first.",
  group:
    "Turn the condition round: an exemption group, `auth [success=1 default=ignore] pam_succeed_if.so quiet user ingroup nomfa`, fails closed when it is gone.",
  "one-factor":
    "Write `AuthenticationMethods publickey,keyboard-interactive` with a comma: a space means either of both. Set `PasswordAuthentication no`, run `sshd -t`, reload, and see a login without the key fail.",
  "not-asked":
    "Set `KbdInteractiveAuthentication yes` where it is read first (a drop-in, or above the Include), run `sshd -t`, reload, and try a second login.",
  jump: "Let the stack end with `auth required pam_permit.so`, and the jump land on it.",
  nullok:
    "Let each of them run `google-authenticator`, or exempt them by a group; then take `nullok` out of the line in /etc/pam.d/sshd.",
  denied:
    "Give the file to its user with mode 0400, without ACLs (`setfacl -b FILE; chmod 0400 FILE`); a broken one is made anew by `google-authenticator`.",
  skew: "Set the host's clock right, delete the line `\" TIME_SKEW` from their files, and add `noskewadj` to the module's options.",
  reuse: 'Add the line `" DISALLOW_REUSE` below the secret in their files.',
  leftover:
    "Delete the files `.google_authenticator~??????` beside the secrets: a login that was cut off left them.",
} as const;
