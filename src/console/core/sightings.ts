import { ipxeError } from "./ipxe-error.ts";

/** What can be recognised on a serial console. A `line` rule reads lines as they pass, a `screen` rule what stands. */
export type SightingRule = {
  readonly id: string;
  readonly reads: "line" | "screen";
  readonly pattern: RegExp; // its group 1, when there is one, is the subject
  readonly subjectOf?: (groups: readonly (string | undefined)[]) => string; // where that is not it
  readonly says: (subject: string) => string;
};

/** The frame of an error dialog has the name of the step; what is wrong heads it, in the middle of a row. */
const HEADED =
  "(?:[^┤├│]*(?:[Bb]ad archive|[Nn]o (?:kernel modules|partitionable)|not supported|[Uu]nable to|[Cc]ould not|[Ee]rror|[Ff]ail)[^┤├│]*?)";
/** Or its first words say it: a question asks with as many words, and of what has not failed. */
const FAILED = "The installer failed to [^.┤├│]+";
const INSTALLER_ERRORS = new RegExp(
  String.raw`┤ (?:\[!*\] )?([^┤├]{2,70}?) ├[^│]*\n(?:[^│\n]*│ +│[^\n]*\n)*[^│\n]*│(?: {2,}(${HEADED}) +│| (${FAILED}))|` +
    String.raw`┤ (?:\[!*\] )?(${HEADED}) ├`,
);

/** A kernel's line: from the line's beginning, or after its time wherever the cursor happened to be. */
const KERNEL = String.raw`(?:^(?:<\d+>)?|\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?)`;
const kernel = (rest: string): RegExp => new RegExp(`${KERNEL}${rest}`);

/** In order of trust: where several screen rules match, the first one speaks. */
export const SIGHTINGS = [
  {
    id: "kernel-panic",
    reads: "line",
    pattern: kernel("Kernel panic - not syncing: (.{1,160})"),
    says: (why) => `Kernel panic: ${why}`,
  },
  {
    id: "kernel-oops",
    reads: "line",
    pattern: kernel(
      "((?:BUG: (?:kernel NULL|unable to handle|Bad page)|kernel BUG at |Oops: |Internal error: |" +
        "Unable to handle kernel |general protection fault|invalid opcode: ).{0,120})",
    ),
    says: (what) => `The kernel reports a fault: ${what}`,
  },
  {
    id: "soft-lockup",
    reads: "line",
    pattern: kernel(
      String.raw`(?:NMI )?watchdog: (?:BUG: soft lockup - |CPU\d+: |)` +
        String.raw`(CPU#\d+ stuck for \d+s! \[.{1,40}\]|Watchdog detected hard LOCKUP on cpu \d+)`,
    ),
    says: (what) => `A processor is stuck in the kernel: ${what}`,
  },
  {
    id: "rcu-stall",
    reads: "line",
    pattern: kernel(String.raw`rcu: INFO: (\w+ (?:self-)?detected stalls? on .{0,80})`),
    says: (what) => `A processor does not answer the kernel: ${what}`,
  },
  {
    id: "hung-task",
    reads: "line",
    pattern: kernel(String.raw`INFO: task (\S.{0,40}:\d+) blocked for more than \d+ seconds`),
    says: (task) => `The task ${task} is blocked, as by a disk that does not answer`,
  },
  {
    id: "no-boot-device",
    reads: "line",
    pattern: /(No bootable device|Operating System not found|No more network devices|Nothing to boot)/i,
    says: (what) => `Nothing to boot from: "${what}"`,
  },
  {
    id: "ipxe-error",
    reads: "line",
    pattern: /(https?:\/\/ipxe\.org\/[0-9a-f]{6,8})/,
    says: (address) => {
      const means = ipxeError(address);
      return means === undefined
        ? `iPXE stopped with an error, explained at ${address}`
        : `iPXE stopped: ${means} (${address})`;
    },
  },
  {
    id: "pxe-rom",
    reads: "line",
    pattern: /(Open Source Network Boot Firmware|Intel\(R\) Boot Agent.{0,20}|>>\s?Start PXE over IPv[46])/,
    says: () => "The network boot ROM started",
  },
  {
    id: "pxelinux",
    reads: "line",
    pattern: /(PXELINUX \d[\w.]*)/,
    says: (version) => `${version} started`,
  },
  {
    id: "kernel-started",
    reads: "line",
    pattern: /Linux version (\S+)/,
    says: (release) => `Linux ${release} started`,
  },
  {
    id: "installer-error",
    reads: "screen",
    pattern: INSTALLER_ERRORS,
    subjectOf: ([step, heading, failed, title]) => title ?? `${step}: ${heading ?? failed}`,
    says: (title) => `The installer shows an error: "${title}"`,
  },
  {
    id: "installer-dialog",
    reads: "screen",
    pattern: /┤ (?:\[!*\] )?([^┤├]{2,70}?) ├/,
    says: (title) => `The installer asks: "${title}"`,
  },
  {
    id: "fsck-prompt",
    reads: "screen",
    pattern:
      /(?:(The root filesystem on \S+ requires a manual fsck)[\s\S]*^\(initramfs\)|^.{1,80}<y>\?) *$(?![\s\S]*\S)/m,
    says: (what) => `A file system waits for a person: "${what}"`,
  },
  {
    id: "initramfs-shell",
    reads: "screen",
    pattern: /(?:ALERT! +(.{1,120}?)\. +Dropping to a shell![\s\S]*)?^\(initramfs\) *$(?![\s\S]*\S)/m,
    says: (why) => `The initramfs gave up and shows its shell: ${why}`,
  },
  {
    id: "emergency-mode",
    reads: "screen",
    pattern:
      /You are in ((?:emergency|rescue) mode)[\s\S]*^(?:Give root password for maintenance|Cannot open access to console|Press Enter (?:for maintenance|to continue))/m,
    says: (mode) => `The system did not come up: it stands in ${mode}`,
  },
  {
    id: "debian-boot-menu",
    reads: "screen",
    pattern: /(Debian GNU\/Linux installer (?:boot )?menu)/,
    says: () => "Debian's boot menu stands",
  },
  {
    id: "grub-menu",
    reads: "screen",
    pattern: /GNU GRUB +version (\S+)/,
    says: (version) => `GRUB's menu stands (${version})`,
  },
  {
    id: "firmware-setup",
    reads: "screen",
    pattern: /(Aptio Setup Utility|BIOS SETUP UTILITY|Boot Maintenance Manager|PhoenixBIOS Setup)/,
    says: () => "The firmware's setup is open",
  },
  {
    id: "login-prompt",
    reads: "screen",
    pattern: /^(\S+) login: *$/m,
    says: (host) => `${host} shows its login prompt`,
  },
] as const satisfies readonly SightingRule[];

/** What the clock tells, not a pattern: nothing was said where something should be. */
export const STALL = "stall";
export type SightingId = (typeof SIGHTINGS)[number]["id"] | typeof STALL;
/** Of the operator's own rules the ids are any. */
export type Sighting = { readonly id: string; readonly subject: string; readonly says: string };

const OURS: ReadonlySet<SightingRule> = new Set(SIGHTINGS);
const LINE_RULES: readonly SightingRule[] = SIGHTINGS.filter(({ reads }) => reads === "line");
/** Where one of ours may match, and where none can; without what stands before a kernel's words, which takes longest. */
const anyOf = (rules: readonly SightingRule[], flags: string): RegExp =>
  new RegExp(rules.map(({ pattern }) => `(?:${pattern.source.replace(KERNEL, "")})`).join("|"), flags);
const ANY_LINE = [
  anyOf(
    LINE_RULES.filter(({ pattern }) => !pattern.ignoreCase),
    "m",
  ),
  anyOf(
    LINE_RULES.filter(({ pattern }) => pattern.ignoreCase),
    "im",
  ),
];

/** What passed: each rule's first match among `lines`. */
export function passed(lines: readonly string[], rules: readonly SightingRule[] = SIGHTINGS): Sighting[] {
  const text = lines.join("\n");
  const isOurs = ANY_LINE.some((pattern) => pattern.test(text)); // nearly always no, and then it is all that is done
  if (!isOurs && rules === SIGHTINGS) return [];
  return rules
    .filter((rule) => rule.reads === "line" && (isOurs || !OURS.has(rule)))
    .flatMap((rule) => {
      for (const line of lines) {
        const match = rule.pattern.exec(line);
        if (match) return [sighting(rule, match)];
      }
      return [];
    });
}

/** What stands on the screen now, if anything known does. */
export function standing(
  screen: readonly string[],
  rules: readonly SightingRule[] = SIGHTINGS,
): Sighting | undefined {
  const text = screen.join("\n");
  for (const rule of rules) {
    const match = rule.reads === "screen" ? rule.pattern.exec(text) : null;
    if (match) return sighting(rule, match);
  }
  return undefined;
}

function sighting(rule: SightingRule, match: RegExpExecArray): Sighting {
  const subject = (rule.subjectOf?.(match.slice(1)) ?? match[1] ?? match[0]).trim();
  return { id: rule.id, subject, says: rule.says(subject) };
}
