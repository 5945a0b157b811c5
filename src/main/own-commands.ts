import type { Commands } from "../bmc/core/command-says.ts";
import type { Settings } from "../settings/core/settings.ts";

/** The settings' tables of programs, in the words of the driver that runs them. */
export function ownCommands(settings: Settings["commands"]): Record<string, Commands> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, row]): [string, Commands] => {
      const { "status-by": statusBy, "on-words": onWords, "off-words": offWords, within, ...rest } = row;
      const { cycle, reset, soft, console, ...needed } = rest;
      const given = { ...(cycle && { cycle }), ...(reset && { reset }), ...(soft && { soft }) };
      const ways = { ...needed, ...given, ...(console && { console }) };
      return [name, { ...ways, statusBy, onWords, offWords, withinSeconds: within / 1000 }];
    }),
  );
}
