import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Observed } from "../../src/base/event.ts";
import { openTwoSpaces, type TwoSpaces } from "../support/two-spaces.ts";

export type BootNet = TwoSpaces & {
  readonly tree: string; // what is served
  readonly events: readonly Observed[];
  readonly ask: (line: string, key: string) => Promise<unknown>;
  readonly seen: (kind: Observed["kind"], words?: string, withinMs?: number) => Promise<Observed>;
};

/** How the segment is attended to, and the ways to answer firmware where they are not the usual ones. */
export type Mode = `${"dhcp" | "proxy"}${"" | ` ${string}`}` | "relayed";

export const TSX = ["node", "--import", import.meta.resolve("tsx")];
export const isRoot = process.getuid?.() === 0;
export const here = (file: string): string => join(import.meta.dirname, file);

/** Two anonymous namespaces joined by a cable, the boot service at one end; all dies with this process. */
export async function openBootNet(
  mode: Mode = "dhcp",
  ipv6: "off" | "boot" | "lease" = "off",
  served?: string, // else an empty folder
): Promise<BootNet> {
  const spaces = await openTwoSpaces();
  const tree = served ?? mkdtempSync(join(spaces.home, "tree-"));
  const events: Observed[] = [];
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const boot = spaces.begin("server", [...TSX, here("boot-server.ts"), "s0", tree, mode, ipv6]);
  boot.stderr!.pipe(process.stderr);
  createInterface(boot.stdout!).on("line", (line) => {
    const said = JSON.parse(line) as Record<string, unknown>;
    lines.push(said);
    if ("kind" in said) events.push(said as unknown as Observed);
    for (const look of waiting) look();
  });
  const find = <T>(what: string, look: () => T | undefined, withinMs = 20_000): Promise<T> =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => done(reject, new Error(`not seen: ${what}`)), withinMs);
      const done = <V>(settle: (value: V) => void, value: V) => {
        clearTimeout(limit);
        waiting.delete(check);
        settle(value);
      };
      const check = () => {
        const found = look();
        if (found !== undefined) done(resolve, found);
      };
      waiting.add(check);
      check();
    });
  await find("ready", () => lines.find((line) => "ready" in line));

  return {
    ...spaces,
    tree,
    events,
    ask: async (line, key) => {
      boot.stdin!.write(`${line}\n`);
      return (await find(key, () => lines.find((said) => key in said)))[key];
    },
    seen: (kind, words = "", withinMs) => {
      const matches = (event: Observed) => event.kind === kind && event.says.includes(words);
      return find(`${kind} ${words}`, () => events.find(matches), withinMs);
    },
  };
}
