import { join } from "node:path";
import { here } from "../../host/here.ts";
import type { Host } from "../../host/host.ts";
import type { Engine } from "../core/engine.ts";
import type { Settings } from "../core/settings.ts";
import { drive } from "../drive.ts";
import { firstStage } from "../ends.ts";
import { gitIn } from "../git.ts";
import { openJournal } from "../journal-file.ts";
import { cloneMirror, mirrorAt } from "../mirror.ts";
import { workshop } from "../workshop.ts";
import { SETTINGS } from "./lines.ts";
import { plainEngine } from "./plain-engine.ts";
import { type Made, scratch } from "./repository.ts";

export const oracleOf = (command: string, by: "exit" | "last-line" = "last-line"): Settings["oracle"] => ({
  is: "run",
  command,
  reads: { by },
});

const noBench = () => Promise.reject(new Error("no bench here"));

/** What only some tests have another of. */
type Odd = { readonly now?: () => number; readonly begunAt?: number; readonly engine?: Engine };

/** A search in a directory of its own, ready to be driven again and again. */
export async function search(
  source: Made,
  settings: Partial<Settings>,
  hostOf: (name: string) => Host = () => here("here"),
  { now = () => 0, begunAt = 0, engine = plainEngine }: Odd = {},
) {
  const directory = scratch();
  const stop = new AbortController();
  const git = gitIn(directory, stop.signal);
  await cloneMirror(source.path, join(directory, "mirror.git"), git);
  const mirror = mirrorAt(join(directory, "mirror.git"), git, source.path);
  const all: Settings = { ...SETTINGS, walk: "stages", ...settings };
  const { stage } = await firstStage(mirror, all);
  const told: string[] = [];
  let runs = 0;
  const shop = () =>
    workshop({
      settings: all,
      begun: { at: begunAt, by: "ada" },
      directory,
      mirror,
      hostOf,
      bench: noBench,
      signal: stop.signal,
    });
  const drives = async () => {
    const journal = await openJournal({
      ...{
        directory,
        holdLock: async () => ({ release: async () => {} }),
        owner: { user: "ada", pid: 1, since: "now" },
      },
      first: { is: "begun", format: 1, at: begunAt, by: "ada", settings: all, stage },
    });
    try {
      return await drive({
        ...{ journal, engine, mirror, by: "ada", now, restMs: 1, signal: stop.signal },
        newRun: () => `run${process.hrtime.bigint()}-${runs++}`,
        tell: (what) => told.push(what),
        workshop: shop(),
      });
    } finally {
      await journal.close();
    }
  };
  return { directory, drives, stop, told, shop };
}
