import type { Installed } from "../../api/shapes.ts";
import type { Observed } from "../../base/event.ts";

/** What is known to stand on a machine's disks after one more event; nothing when the event does not change it. */
export function markAfter(
  { kind, at, detail = {} }: Observed,
  before: Installed | null,
): Installed | null | undefined {
  if (kind === "machine.installed") {
    const { image, story, hostKey, disks } = detail as Omit<Installed, "at">;
    return { at, image, story, hostKey, disks };
  }
  // the installer, and the hand's plan for the disks, write to them from here on
  if (kind === "install.planned" || (kind === "plan.used" && detail.plan === "installer")) return null;
  if (kind !== "wipe.done" || before === null) return undefined;
  const { disks } = detail as { disks: readonly string[] };
  const isGone = before.disks.length === 0 || before.disks.some((disk) => disks.includes(disk));
  return isGone ? null : undefined;
}

/** `sshkey: AAAA…` above the installed system's login prompt, as known_hosts has it. */
export function hostKeyOn(screen: readonly string[]): string | null {
  const found = screen.flatMap(
    (line) => /^sshkey: (AAAA[A-Za-z0-9+/]{60,96}={0,2})\s*$/.exec(line)?.[1] ?? [],
  );
  return found.length === 0 ? null : `ssh-ed25519 ${found.at(-1)}`;
}
