/** What people are paged for, as settings and webhooks name it; src/webhook/core/alerts.ts says what each is. */
export const ALERT_NAMES = [
  ...(["boot.failed", "install.stuck", "install.failed", "install.done", "panic.seen"] as const),
  ...(["kernel.fault", "console.silent", "sighting.own"] as const),
  ...(["console.lost", "skew.found", "skew.over", "story.failed", "dhcp.other-server", "fault"] as const),
  ...(["check.failed", "check.passed"] as const),
] as const;
export type AlertName = (typeof ALERT_NAMES)[number];
