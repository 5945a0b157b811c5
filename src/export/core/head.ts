import type { Server } from "./wish.ts";

/** What made a file, how it is loaded, and what it cannot do that the service does. */
export function head(server: Server, mark: string, how: readonly string[]): string[] {
  const lines = [
    `Made by \`rackhand export ${server}\`. Make it anew instead of editing it.`,
    ...how,
    "Boot plans are as they were then: no plan is used up here. When a machine is installed, arm `local`",
    "for it, export again and reload, or it comes to the installer at each boot from the network.",
  ];
  return [...lines.map((line) => `${mark} ${line}`), ""];
}
