import { Fault } from "../base/fault.ts";
import { probeEnvironment } from "../bench/probe-environment.ts";
import type { Host } from "../host/host.ts";
import type { JournalFile } from "./journal-file.ts";

type Wish = {
  readonly journal: JournalFile;
  readonly by: string;
  readonly now: () => number;
  readonly directory: string; // of the search, here
  readonly hosts: readonly string[]; // none: this machine
  readonly hostOf: (name: string) => Host;
  readonly signal: AbortSignal;
};

/** What each machine is like before it measures, in the journal: a report tells it. One that does not tell stops nothing. */
export async function noteSurroundings(wish: Wish): Promise<void> {
  const { journal, by, now, directory, hosts, hostOf, signal } = wish;
  const machines = hosts.length === 0 ? ["here"] : hosts;
  await Promise.all(
    machines.map(async (machine) => {
      const place = machine === "here" ? directory : "/var/tmp";
      const looked = await probeEnvironment(hostOf(machine), place, "all", signal).catch((error) => {
        if (error instanceof Fault) return undefined; // whoever measures there will tell of it
        throw error;
      });
      if (looked === undefined) return;
      await journal.append({ is: "surroundings", at: now(), by, machine, ...looked });
    }),
  );
}
