import { flaw, ok, type Read } from "../../base/read.ts";
import { HOST_KEY_ON_CONSOLE } from "./late-commands.ts";
import type { PreseedOf } from "./preseed-profile.ts";

/** What `{name}` stands for in a preseed of the operator's own; all else in braces stays as it is. */
const VARIABLES = {
  machine: ({ machine }) => machine,
  mac: ({ mac }) => mac,
  suite: ({ suite }) => suite,
  mirror: ({ mirror }) => mirror,
  "mirror-host": ({ mirror }) => mirror.replace(/^https?:\/\//, "").replace(/\/.*$/, ""),
  "mirror-directory": ({ mirror }) => mirror.replace(/^https?:\/\/[^/]*/, "") || "/",
  serial: ({ serial: { port, unit, speed } }) => `${port ?? "ttyS"}${unit},${speed}n8`,
  "host-key-command": () => HOST_KEY_ON_CONSOLE.join(" && "),
} as const satisfies Record<string, (of: PreseedOf) => string>;

/** `{{machine}}`: doubled braces, which neither partman's recipes (`$primary{ }`) nor a shell's `${x}` have. */
export function fillPreseed(text: string, of: PreseedOf): Read<string> {
  let unknown: { name: string; at: number } | undefined;
  const filled = text.replace(/\{\{([A-Za-z-]+)\}\}/g, (whole, name: string, at: number) => {
    if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name as keyof typeof VARIABLES](of);
    unknown ??= { name, at };
    return whole;
  });
  if (unknown === undefined) return ok(filled);
  const known = Object.keys(VARIABLES).map((name) => `{{${name}}}`);
  return flaw(`there is no {{${unknown.name}}}, only ${known.join(", ")}`, unknown.at);
}
