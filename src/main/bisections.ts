import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import { doubtOf, doubtSvg } from "../bisect/core/doubt.ts";
import { gitBisectLog } from "../bisect/core/git-log.ts";
import type { Line } from "../bisect/core/journal.ts";
import { bayesian } from "../bisect/core/next.ts";
import { exitOf, outcomeOf } from "../bisect/core/outcome.ts";
import { type Move, moveOf, replay, type State } from "../bisect/core/replay.ts";
import { html, markdown, reportOf, stepsOf, stepWords } from "../bisect/core/report.ts";
import type { Settings } from "../bisect/core/settings.ts";
import { likely, type Standing, standing } from "../bisect/core/told.ts";
import { drive, makeRoom, measureOnce, taskFor } from "../bisect/drive.ts";
import { firstStage } from "../bisect/ends.ts";
import { endGroup, gitIn } from "../bisect/git.ts";
import { type JournalFile, linesIn, linesOfFile, openJournal } from "../bisect/journal-file.ts";
import { cloneMirror, lookAt, mirrorAt } from "../bisect/mirror.ts";
import { keepSeen } from "../bisect/seen-file.ts";
import { endLeftovers, workshop } from "../bisect/workshop.ts";
import type { Bisections, Said } from "../cli/world.ts";
import { here } from "../host/here.ts";
import { overSsh } from "../host/over-ssh.ts";
import { holdLock } from "../image/hold-lock.ts";
import type { Screen } from "../plot/core/terminal.ts";
import { benchesOf } from "./benches.ts";
import { benchFor, curvesOf, withSurroundings } from "./bisection-bench.ts";
import { settingsOf } from "./bisection-wish.ts";
import { beliefWords, believed, linesOf, pictureOf, titleOf, watcher } from "./bisection-words.ts";

type World = {
  readonly state: string;
  readonly user: string;
  readonly stopped: AbortSignal;
  readonly screen: Screen;
};
type Reached = { readonly now: State; readonly move: Move };
const HELD_WITHIN_MS = 10_000; // what a killed process held goes with it, which takes a moment on a busy machine
const REST_MS = 5000;

/**
 * Bisections as the command line asks for them: each in a directory of its own, with its mirror, builds and
 * journal.
 */
export function bisectionsIn({ state, user, stopped, screen }: World): Bisections {
  const all = join(state, "bisections");
  const names = () => (existsSync(all) ? readdirSync(all).filter((one) => existsSync(journalOf(one))) : []);
  const journalOf = (name: string) => join(all, name, "journal.jsonl");
  const places = (name: string) => {
    const directory = join(all, name);
    const git = gitIn(directory, stopped);
    return { directory, git, mirror: mirrorAt(join(directory, "mirror.git"), git) };
  };
  const nameOf = (name: string | undefined): string => {
    const there = names();
    if (name !== undefined && there.includes(name)) return name;
    if (name === undefined && there.length === 1) return there[0]!;
    if (name !== undefined) throw new Fault("bisect.unknown", { name });
    if (there.length > 0) throw new Fault("bisect.which", { names: there.join(", ") });
    throw new Fault("use.wrong", { what: "There is no bisection yet.", verb: "bisect start" });
  };
  const opened = (name: string, first?: Line): Promise<JournalFile> =>
    openJournal({
      ...{ directory: join(all, name), holdLock: (path) => holdLock(path, HELD_WITHIN_MS) },
      owner: { user, pid: process.pid, since: new Date().toISOString() },
      ...(first === undefined ? {} : { first }),
    });
  const subjectsOf = async (name: string, commits: readonly string[]) => {
    const { mirror } = places(name);
    return new Map(await Promise.all(commits.map(async (one) => [one, await mirror.subject(one)] as const)));
  };
  const reached = (name: string): Reached => {
    const now = replay(linesIn(join(all, name)));
    return { now, move: moveOf(now, bayesian) };
  };
  const stands = async (name: string, { now, move } = reached(name)): Promise<Standing> => {
    const due = "commit" in move ? [move.commit] : [];
    const named = [...likely(now, move).map(({ commit }) => commit), ...due];
    return standing(now, move, await subjectsOf(name, named));
  };
  /** For the page: how it stands. When that cannot be written, there is a page that shows less. */
  const look = async (name: string, at: Reached, now?: Standing): Promise<void> => {
    const stood = now ?? (await stands(name, at));
    try {
      keepSeen(join(all, name), { state: at.now, move: at.move, standing: stood, at: Date.now() });
    } catch {
      // a full disk, which the next reading tells of
    }
  };
  const told = async (name: string): Promise<Said> => {
    const at = reached(name);
    const now = await stands(name, at);
    await look(name, at, now);
    const says = [...titleOf(now), ...pictureOf(at.now, at.move, screen), ...linesOf(now)];
    return { says, answer: now, exit: now.outcome === null ? 0 : exitOf(now) };
  };
  const shop = (name: string, settings: Settings) => {
    const { directory, mirror } = places(name);
    const hostOf = (host: string) => (host === "here" ? here("here") : overSsh(host));
    const bench = benchFor(settings, { kept: benchesOf(state), signal: stopped });
    return workshop({ settings, directory, mirror, hostOf, bench, signal: stopped });
  };
  /** One line written by a person, about the commit that is due. */
  const write = async (name: string, line: (commit: string, because: string) => Line): Promise<Said> => {
    const journal = await opened(name);
    try {
      const move = moveOf(replay(journal.lines), bayesian);
      if (move.do !== "read")
        throw new Fault("use.wrong", { what: "This bisection has ended.", verb: "bisect status" });
      await journal.append(line(move.commit, move.because));
    } finally {
      await journal.close();
    }
    return told(name);
  };
  const byHand = { by: user, build: "1", machine: "here", tookMs: 0 };

  return {
    async start(wish, tell) {
      const settings = settingsOf(wish);
      const { directory, git } = places(settings.name);
      if (names().includes(settings.name)) throw new Fault("bisect.exists", { name: settings.name });
      try {
        const { notes: seen } = await lookAt(settings.repo, git);
        tell(`Cloning ${settings.repo} into a mirror of our own`);
        await cloneMirror(settings.repo, join(directory, "mirror.git"), git);
        const { stage, notes } = await firstStage(
          mirrorAt(join(directory, "mirror.git"), git, settings.repo),
          settings,
        );
        for (const note of [...seen, ...notes]) tell(note);
        const begun: Line = { is: "begun", format: 1, at: Date.now(), by: user, settings, stage };
        await (await opened(settings.name, begun)).close();
      } catch (error) {
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
        throw error;
      }
      return told(settings.name);
    },
    async run(asked, tell) {
      const name = nameOf(asked);
      const { directory, mirror } = places(name);
      const journal = await opened(name);
      try {
        const { settings } = replay(journal.lines);
        if (settings.oracle.is === "person")
          throw new Fault("use.wrong", {
            what: "This bisection is judged by a person.",
            verb: "bisect next",
          });
        const pids = join(directory, "pids");
        if (existsSync(pids)) endLeftovers(directory, readdirSync(pids), endGroup);
        const at = { journal, engine: bayesian, mirror, workshop: shop(name, settings), by: user };
        const watch = watcher(tell, (state, move) => look(name, { now: state, move }));
        const timing = { now: Date.now, newRun: randomUUID, restMs: REST_MS, signal: stopped };
        await drive({ ...at, ...timing, tell, watch });
      } finally {
        await journal.close();
      }
      return told(name);
    },
    async next(asked, tell) {
      const name = nameOf(asked);
      const journal = await opened(name);
      try {
        const now = replay(journal.lines);
        const { settings } = now;
        const move = moveOf(now, bayesian);
        if (move.do !== "read") return told(name);
        const task = taskFor(now, move, { run: randomUUID(), machine: "here" });
        const place = shop(name, settings);
        await makeRoom({ journal, workshop: place, by: user, now: Date.now, tell }, now, move, [move.commit]);
        if (settings.oracle.is !== "person") {
          await measureOnce({ journal, workshop: place, by: user, now: Date.now, tell }, task);
          return told(name);
        }
        const built = await place.build(task);
        if (built.is !== "built")
          throw new Fault("bisect.trouble", { commit: move.commit, why: built.because });
        const says = [
          `${move.commit} is checked out in ${place.directoryOf(task)}`,
          `Because ${move.because}.`,
        ];
        return {
          says,
          answer: { commit: move.commit, directory: place.directoryOf(task), because: move.because },
          exit: 0,
        };
      } finally {
        await journal.close();
      }
    },
    reading: (asked, value) => {
      const name = nameOf(asked);
      return write(name, (commit, because) => ({
        ...{ is: "reading", at: Date.now(), run: randomUUID(), commit, value, because, ...byHand },
      }));
    },
    async mark(asked, term) {
      const name = nameOf(asked);
      const { terms, oracle } = replay(linesIn(join(all, name))).settings;
      const state = [terms.old, terms.new].indexOf(term);
      const isByEye = oracle.is === "person" && oracle.answers === "pass-fail";
      if (state < 0 || !isByEye) {
        const what = isByEye
          ? `The terms here are ${terms.old} and ${terms.new}.`
          : "This bisection reads numbers: `rackhand bisect reading VALUE`.";
        throw new Fault("use.wrong", { what, verb: "bisect mark" });
      }
      return this.reading(name, state);
    },
    skip: (asked) =>
      write(nameOf(asked), (commit) => ({
        is: "skipped",
        at: Date.now(),
        by: user,
        commit,
        because: "skipped by hand",
      })),
    status: async (asked) => told(nameOf(asked)),
    async log(asked) {
      const name = nameOf(asked);
      const { now, move } = reached(name);
      const outcome = move.do === "end" ? move.outcome : null;
      const found = outcomeOf({ outcome });
      const read = [...new Set(now.readings.map(({ commit }) => commit))];
      return gitBisectLog(now, {
        ...{ chances: move.chances, subjects: await subjectsOf(name, read) },
        parents: found === undefined ? [] : await places(name).mirror.parents(found),
        ...(outcome === null ? {} : { outcome }),
      });
    },
    async report(asked, out) {
      const name = nameOf(asked);
      const at = reached(name);
      const now = await stands(name, at);
      const found = outcomeOf(now);
      const shown = found === undefined ? null : await places(name).mirror.show(found);
      const kept = benchesOf(state);
      const report = withSurroundings(at.now, reportOf(at.now, now, shown), kept);
      if (out === undefined) return { says: [markdown(report)], answer: report, exit: exitOf(now) };
      mkdirSync(out, { recursive: true });
      writeFileSync(
        join(out, "report.html"),
        html(report, doubtOf(at.now, at.move), curvesOf(at.now, report, kept)),
      );
      writeFileSync(join(out, "report.md"), markdown(report));
      writeFileSync(join(out, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
      copyFileSync(journalOf(name), join(out, "journal.jsonl"));
      const written = ["report.html", "report.md", "report.json", "journal.jsonl"].map((file) =>
        join(resolve(out), file),
      );
      return { says: written.map((path) => `Written: ${path}`), answer: { written }, exit: exitOf(now) };
    },
    async visualize(asked, out) {
      const name = nameOf(asked);
      const at = reached(name);
      const now = await stands(name, at);
      const says = [...pictureOf(at.now, at.move, screen), ...linesOf(now)];
      if (out === undefined) return { says, answer: now.likely, exit: 0 };
      if (!out.endsWith(".svg"))
        throw new Fault("use.wrong", { what: `"${out}" does not end in .svg.`, verb: "bisect visualize" });
      writeFileSync(out, doubtSvg(doubtOf(at.now, at.move)));
      return { says: [`Written: ${resolve(out)}`], answer: { written: resolve(out) }, exit: 0 };
    },
    async replay(file, withSteps) {
      const lines = linesOfFile(file);
      const now = replay(lines);
      const stood = standing(now, moveOf(now, bayesian), new Map());
      const steps = withSteps ? believed(lines) : stepsOf(now);
      const told = withSteps
        ? steps.map((step, at) => `${at + 1}. ${stepWords(step)}${beliefWords(step)}`)
        : [];
      return { says: [...told, ...linesOf(stood)], answer: { ...stood, steps }, exit: exitOf(stood) };
    },
    async list() {
      const each = await Promise.all(names().map((name) => stands(name)));
      const says = each.map(
        (one) => `${one.name}: ${one.readings} readings, ${one.outcome?.is ?? "under way"}`,
      );
      return { says: each.length === 0 ? ["No bisection yet."] : says, answer: each, exit: 0 };
    },
    async abandon(asked) {
      const name = nameOf(asked);
      const journal = await opened(name); // nobody else works on it
      const { settings } = replay(journal.lines);
      for (const host of settings.hosts) await shop(name, settings).leave(host);
      await journal.close();
      rmSync(join(all, name), { recursive: true, force: true, maxRetries: 5 });
      return {
        says: [`${name} is gone, with its mirror, builds and readings.`],
        answer: { was: name },
        exit: 0,
      };
    },
  };
}
