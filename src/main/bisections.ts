import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import { doubtOf, doubtSvg } from "../bisect/core/doubt.ts";
import { outlookOf } from "../bisect/core/forecast.ts";
import { readingOf } from "../bisect/core/handed-in.ts";
import type { Line } from "../bisect/core/journal.ts";
import { bayesian } from "../bisect/core/next.ts";
import { exitOf } from "../bisect/core/outcome.ts";
import { moveOf, replay } from "../bisect/core/replay.ts";
import { stepsOf, stepWords } from "../bisect/core/report.ts";
import { answersOf } from "../bisect/core/settings.ts";
import { outlookWords, type Standing, standing } from "../bisect/core/told.ts";
import { drive, makeRoom, measureOnce, taskFor } from "../bisect/drive.ts";
import { firstStage } from "../bisect/ends.ts";
import { endGroup, gitIn } from "../bisect/git.ts";
import { type JournalFile, linesIn, linesOfFile, openJournal } from "../bisect/journal-file.ts";
import { cloneMirror, lookAt, mirrorAt } from "../bisect/mirror.ts";
import { noteSurroundings } from "../bisect/note-surroundings.ts";
import { keepSeen } from "../bisect/seen-file.ts";
import { endLeftovers, workshop } from "../bisect/workshop.ts";
import type { Bisections, Said } from "../cli/world.ts";
import { here } from "../host/here.ts";
import type { Host } from "../host/host.ts";
import { overSsh } from "../host/over-ssh.ts";
import type { Screen } from "../plot/core/terminal.ts";
import { holdLock } from "../process/hold-lock.ts";
import { benchesOf } from "./benches.ts";
import { benchFor } from "./bisection-bench.ts";
import { type Reached, reachedBy, standingOf, writtenOf } from "./bisection-report.ts";
import { settingsOf } from "./bisection-wish.ts";
import { beliefWords, believed, linesOf, pictureOf, titleOf, watcher } from "./bisection-words.ts";

type World = {
  readonly state: string;
  readonly user: string;
  readonly stopped: AbortSignal;
  readonly screen: Screen;
};
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
  const reached = (name: string): Reached => reachedBy(replay(linesIn(join(all, name))));
  const stands = (name: string, at = reached(name)): Promise<Standing> => standingOf(at, places(name).mirror);
  const written = (name: string) => writtenOf(reached(name), places(name).mirror, benchesOf(state));
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
  const hosts = new Map<string, Host>(); // a connection each, for as long as somebody works
  const hostOf = (name: string): Host => {
    const host = hosts.get(name) ?? (name === "here" ? here("here") : overSsh(name));
    hosts.set(name, host);
    return host;
  };
  const closeHosts = async () => {
    const open = [...hosts.values()];
    hosts.clear();
    await Promise.all(open.map((host) => host.close()));
  };
  const shop = (name: string, { lines: [begun] }: Pick<JournalFile, "lines">) => {
    if (begun?.is !== "begun") throw new Error("a journal begins with its settings");
    const { settings } = begun;
    const { directory, mirror } = places(name);
    const bench = benchFor(settings, { kept: benchesOf(state), signal: stopped });
    return workshop({ settings, begun, directory, mirror, hostOf, bench, signal: stopped });
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
        const { notes: seen, origin } = await lookAt(settings.repo, git);
        tell(`Cloning ${settings.repo} into a mirror of our own`);
        await cloneMirror(wish.repo, join(directory, "mirror.git"), git);
        const mirror = mirrorAt(join(directory, "mirror.git"), git, settings.repo);
        const { stage, notes } = await firstStage(mirror, settings);
        const missing = await mirror.missingIn(stage.ids.at(-1)!);
        for (const note of [...seen, ...notes, ...missing]) tell(note);
        const outlook = outlookWords(stage.ids.length, settings.error);
        if (wish.dryRun) {
          rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
          const expected = outlookOf(stage.ids.length, settings.error);
          return { says: [outlook], answer: { commits: stage.ids.length, expected }, exit: 0 };
        }
        tell(outlook);
        const kept = origin === undefined ? settings : { ...settings, origin };
        const begun: Line = { is: "begun", format: 1, at: Date.now(), by: user, settings: kept, stage };
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
        const at = { journal, engine: bayesian, mirror, workshop: shop(name, journal), by: user };
        const watch = watcher(tell, (state, move) => look(name, { now: state, move }));
        const timing = { now: Date.now, newRun: randomUUID, restMs: REST_MS, signal: stopped };
        await noteSurroundings({ ...at, ...timing, directory, hosts: settings.hosts, hostOf });
        await drive({ ...at, ...timing, tell, watch });
      } finally {
        await journal.close();
        await closeHosts();
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
        const place = shop(name, journal);
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
        await closeHosts();
      }
    },
    async reading(asked, words) {
      const name = nameOf(asked);
      const read = readingOf(words, replay(linesIn(join(all, name))).settings);
      if (!read.ok) throw new Fault("use.wrong", { what: read.flaw, verb: "bisect reading" });
      const { value } = read;
      return write(name, (commit, because) => ({
        ...{ is: "reading", at: Date.now(), run: randomUUID(), commit, value, because, ...byHand },
      }));
    },
    async mark(asked, term) {
      const name = nameOf(asked);
      const settings = replay(linesIn(join(all, name))).settings;
      const { terms } = settings;
      const isTest = answersOf(settings) === "pass-fail";
      const said = [terms.old, terms.new].includes(term)
        ? term
        : term === "old" || term === "new"
          ? terms[term]
          : undefined;
      if (!isTest || said === undefined) {
        const what = isTest
          ? `The terms here are ${terms.old} and ${terms.new}.`
          : "This bisection reads numbers: `rackhand bisect reading VALUE`.";
        throw new Fault("use.wrong", { what, verb: "bisect mark" });
      }
      return this.reading(name, said);
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
    log: async (asked) => (await written(nameOf(asked))).log,
    async report(asked, out) {
      const name = nameOf(asked);
      const { report, ...texts } = await written(name);
      const exit = exitOf(report.standing);
      if (out === undefined) return { says: [texts.markdown], answer: report, exit };
      mkdirSync(out, { recursive: true });
      const put = (file: string, text: string) => {
        writeFileSync(join(out, file), text);
        return join(resolve(out), file);
      };
      const files = [
        put("report.html", texts.html),
        put("report.md", texts.markdown),
        put("report.json", `${JSON.stringify(report, null, 2)}\n`),
        put("bisect.log", texts.log),
        put("journal.jsonl", readFileSync(journalOf(name), "utf8")),
        ...(report.jobFile === null ? [] : [put(report.jobFile, report.jobText!)]),
      ];
      return { says: files.map((path) => `Written: ${path}`), answer: { written: files }, exit };
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
      for (const host of settings.hosts) await shop(name, journal).leave(host);
      await closeHosts();
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
