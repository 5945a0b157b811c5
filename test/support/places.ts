import { here } from "../../src/host/here.ts";
import type { Command, Host } from "../../src/host/host.ts";

/** A host in namespaces of this machine that end with it. */
export type Places = {
  readonly host: Host;
  readonly enter: readonly string[]; // words before a command of this machine's, to have it run there
  /** A script there, as root; throws when it fails. */
  sh(script: string): Promise<string>;
  end(): Promise<void>;
};

/** What runs by these words in front runs there. */
export function placesBehind(
  name: string,
  enter: readonly [string, ...string[]],
  end: Places["end"],
): Places {
  const host: Host = {
    name,
    run: (command: Command) => here().run({ ...command, argv: [...enter, ...command.argv] }),
    close: async () => {},
  };
  return placesOf(host, enter, end);
}

export function placesOf(host: Host, enter: readonly string[], end: Places["end"]): Places {
  const sh = async (script: string) => {
    const ran = await host.run({ argv: ["sh", "-euc", script], withinMs: 60_000 });
    if (ran.end.is !== "exit" || ran.end.status !== 0)
      throw new Error(`${script}\n${JSON.stringify(ran.end)} ${Buffer.from(ran.stderr)}`);
    return Buffer.from(ran.stdout).toString("latin1");
  };
  return { host, enter, sh, end };
}

/** The one child of a process. */
export async function childOf(pid: number | string): Promise<string> {
  const pgrep = await here().run({ argv: ["pgrep", "-P", `${pid}`], withinMs: 5000 });
  return Buffer.from(pgrep.stdout).toString().trim();
}
