import type { Benches } from "../bench/benches.ts";
import { doubtOf } from "../bisect/core/doubt.ts";
import { gitBisectLog } from "../bisect/core/git-log.ts";
import { bayesian } from "../bisect/core/next.ts";
import { type Move, moveOf, type State } from "../bisect/core/replay.ts";
import { type Report, reportOf } from "../bisect/core/report.ts";
import { html } from "../bisect/core/report-html.ts";
import { markdown } from "../bisect/core/report-markdown.ts";
import { likely, type Standing, standing } from "../bisect/core/told.ts";
import type { Mirror } from "../bisect/mirror.ts";
import { curvesOf, withSurroundings } from "./bisection-bench.ts";

export type Reached = { readonly now: State; readonly move: Move };

export const reachedBy = (now: State): Reached => ({ now, move: moveOf(now, bayesian) });

export async function standingOf({ now, move }: Reached, mirror: Mirror): Promise<Standing> {
  const due = "commit" in move ? [move.commit] : [];
  const shown = [...likely(now, move).map(({ commit }) => commit), ...due];
  return standing(now, move, await mirror.subjects(shown));
}

export type Written = {
  readonly report: Report;
  readonly markdown: string;
  readonly html: string;
  readonly log: string;
};

/** A search in all forms that others can read. */
export async function writtenOf(reached: Reached, mirror: Mirror, kept: Benches): Promise<Written> {
  const { now, move } = reached;
  const stood = await standingOf(reached, mirror);
  const { outcome } = stood;
  const found = outcome?.is === "found" ? outcome.commits : [];
  const subjects = await mirror.subjects(now.readings.map(({ commit }) => commit));
  const parents = found.length === 0 ? [] : await mirror.parents(found[0]!);
  const known = { subjects, parents, shown: found.length === 1 ? await mirror.show(found[0]!) : null };
  const report = withSurroundings(now, reportOf(now, stood, known), kept);
  const log = gitBisectLog(now, {
    ...{ chances: move.chances, subjects },
    parents: found.length === 1 ? parents : [],
    ...(outcome === null ? {} : { outcome }),
  });
  const pictures = curvesOf(now, report, kept);
  return { report, markdown: markdown(report), html: html(report, doubtOf(now, move), pictures), log };
}
