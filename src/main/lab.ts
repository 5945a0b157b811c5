import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bisection } from "../api/lab-rows.ts";
import type { LabCalls } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { replay } from "../bisect/core/replay.ts";
import { stepsOf } from "../bisect/core/report.ts";
import { isName } from "../bisect/core/settings.ts";
import { toGoWords, verdictWords } from "../bisect/core/told.ts";
import { gitIn } from "../bisect/git.ts";
import { linesIn, workerIn } from "../bisect/journal-file.ts";
import { mirrorAt } from "../bisect/mirror.ts";
import { type Seen, seenIn } from "../bisect/seen-file.ts";
import { benchRunsOf } from "./bench-page.ts";
import { benchesOf } from "./benches.ts";
import { reachedBy, writtenOf } from "./bisection-report.ts";

const MOST_STEPS = 500;
const GIT_WITHIN_MS = 60_000;

/** What the command line measures in the same state directory, as the service shows it: it only reads. */
export function labIn(state: string): Omit<LabCalls, "listChecks" | "showChecks"> {
  return { ...bisectionsOf(state), ...benchRunsOf(state) };
}

function bisectionsOf(state: string): Pick<LabCalls, "listBisections" | "showBisection" | "bisectionReport"> {
  const all = join(state, "bisections");
  const seen = (name: string): Seen | undefined => seenIn(join(all, name));
  return {
    async listBisections() {
      const names = existsSync(all) ? readdirSync(all) : [];
      const bisections = names.flatMap((name) => {
        const one = seen(name);
        return one === undefined ? [] : [told(one, workerIn(join(all, name)))];
      });
      return { bisections: bisections.sort((a, b) => b.at - a.at) };
    },
    async showBisection({ name }) {
      const directory = join(all, name);
      const one = isName(name) ? seen(name) : undefined;
      if (one === undefined) throw new Fault("bisect.unknown", { name });
      const steps = stepsOf(replay(linesIn(directory))).slice(-MOST_STEPS);
      return { bisection: told(one, workerIn(directory)), picture: one.picture, steps };
    },
    async bisectionReport({ name }) {
      const directory = join(all, name);
      if (!isName(name) || !existsSync(directory)) throw new Fault("bisect.unknown", { name });
      const git = gitIn(directory, AbortSignal.timeout(GIT_WITHIN_MS));
      const mirror = mirrorAt(join(directory, "mirror.git"), git);
      const { report, ...texts } = await writtenOf(
        reachedBy(replay(linesIn(directory))),
        mirror,
        benchesOf(state),
      );
      return texts;
    },
  };
}

function told({ at, standing }: Seen, worker: string | null): Bisection {
  const { outcome, likely, ...rest } = standing;
  const is = outcome?.is ?? "under way";
  const verdict = outcome === null ? [] : verdictWords(outcome, standing);
  const ahead = standing.forecast ?? null; // what an older version left behind has none
  const forecast = ahead === null ? null : { ...ahead, says: toGoWords(ahead) };
  return { ...rest, likely: [...likely], is, verdict, at, worker, forecast };
}
