/** What can be recognised on a serial console. A `line` rule reads lines as they pass, a `screen` rule what stands. */
export type SightingRule = {
  readonly id: string;
  readonly reads: "line" | "screen";
  readonly pattern: RegExp; // its group 1, when there is one, is the subject
  readonly says: (subject: string) => string;
};

const INSTALLER_ERRORS =
  /┤ (?:\[!*\] )?([^┤├]*(?:Bad archive mirror|No kernel modules|autoconfiguration failed|installation step failed|step failed|No partitionable|Debootstrap|[Ee]rror|[Ff]ailed)[^┤├]*?) ├/;

/** In order of trust: where several screen rules match, the first one speaks. */
export const SIGHTINGS = [
  {
    id: "kernel-panic",
    reads: "line",
    pattern: /Kernel panic - not syncing: (.{1,160})/,
    says: (why) => `Kernel panic: ${why}`,
  },
  {
    id: "kernel-oops",
    reads: "line",
    pattern:
      /(BUG: (?:kernel NULL|unable to handle|soft lockup|Bad page).{0,120}|Oops: .{1,120}|general protection fault.{0,100})/,
    says: (what) => `The kernel reports a fault: ${what}`,
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
    says: (address) => `iPXE stopped with an error, explained at ${address}`,
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
    says: (title) => `The installer shows an error: "${title}"`,
  },
  {
    id: "installer-dialog",
    reads: "screen",
    pattern: /┤ (?:\[!*\] )?([^┤├]{2,70}?) ├/,
    says: (title) => `The installer asks: "${title}"`,
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

export type SightingId = (typeof SIGHTINGS)[number]["id"];
export type Sighting = { readonly id: SightingId; readonly subject: string; readonly says: string };

/** What passed: each rule's first match among `lines`. */
export function passed(lines: readonly string[]): Sighting[] {
  return SIGHTINGS.filter((rule) => rule.reads === "line").flatMap((rule) => {
    for (const line of lines) {
      const match = rule.pattern.exec(line);
      if (match) return [sighting(rule, match)];
    }
    return [];
  });
}

/** What stands on the screen now, if anything known does. */
export function standing(screen: readonly string[]): Sighting | undefined {
  const text = screen.join("\n");
  for (const rule of SIGHTINGS) {
    const match = rule.reads === "screen" ? rule.pattern.exec(text) : null;
    if (match) return sighting(rule, match);
  }
  return undefined;
}

function sighting(rule: (typeof SIGHTINGS)[number], match: RegExpExecArray): Sighting {
  const subject = (match[1] ?? match[0]).trim();
  return { id: rule.id, subject, says: rule.says(subject) };
}
