import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "../base/fault.ts";
import { quoted } from "../base/quoted.ts";
import { ok, type Read } from "../base/read.ts";
import { counted, printable } from "../base/text.ts";
import { type Address, addressOf } from "./core/address.ts";
import type { Settings } from "./core/settings.ts";
import { readStage, type Stage } from "./core/stage.ts";
import type { Git } from "./git.ts";

/** Our own bare clone of the repository: the user's checkout, index and refs are never written to. */
export type Mirror = {
  /** The id of what somebody typed. */
  commit(ref: string): Promise<string>;
  stage(ends: { old: string; new: string }, wish: Pick<Settings, "paths" | "walk">): Promise<Stage>;
  /** What a merge brought in: its side branch, from where that forked; without commits when there is nothing to tell apart. */
  inside(merge: string, wish: Pick<Settings, "paths" | "walk">): Promise<Stage>;
  isAncestor(one: string, of: string): Promise<boolean>;
  base(one: string, other: string): Promise<string | undefined>;
  parents(commit: string): Promise<string[]>;
  /** The first line of each commit's message, by its id. */
  subjects(commits: readonly string[]): Promise<ReadonlyMap<string, string>>;
  show(commit: string): Promise<string>; // `git show --stat`
  /** What a checkout of it has not: in words, with what a --build can do about it. */
  missingIn(commit: string): Promise<string[]>;
  /** A clean checkout of a commit in a directory of ours. */
  checkOut(commit: string, directory: string): Promise<void>;
  remove(directory: string): Promise<void>;
  archive(commit: string, file: string): Promise<void>;
};

export type Source = {
  readonly isHere: boolean;
  readonly notes: readonly string[];
  readonly origin?: string; // where the operator has it from, without what lets in there
};

/** Looks at the repository before it is cloned: what of it cannot be searched, and what the operator should know. */
export async function lookAt(repo: string, git: Git): Promise<Source> {
  if (!existsSync(repo)) return { isHere: false, notes: [] };
  const cwd = resolve(repo);
  const ask = async (...args: string[]) => (await git(args, { cwd })).trim();
  await ask("rev-parse", "--git-dir").catch((error) => {
    throw new Fault("bisect.no-repository", { repo }, error);
  });
  const partial = await ask("config", "--get-regexp", "^remote\\..*\\.promisor$").catch(() => "");
  if (partial !== "") throw new Fault("bisect.partial", { repo });
  const notes: string[] = [];
  if ((await ask("rev-parse", "--is-shallow-repository")) === "true")
    notes.push("The repository is shallow: commits beyond its edge cannot be looked at.");
  if ((await ask("rev-parse", "--is-bare-repository")) === "false") {
    const changed = (await ask("status", "--porcelain", "--untracked-files=no"))
      .split("\n")
      .filter(Boolean).length;
    if (changed > 0)
      notes.push(`Not committed, so in no commit and not measured: ${counted(changed, "changed file")}.`);
  }
  const origin = addressOf(await ask("config", "remote.origin.url").catch(() => "")).told;
  const isElsewhere = /^\w+:\/\/|^[\w.-]+@[\w.-]+:/.test(origin) && !origin.startsWith("file:");
  return { isHere: true, notes, ...(isElsewhere ? { origin } : {}) };
}

export async function cloneMirror(repo: string, directory: string, git: Git): Promise<void> {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  const { told, secret } = existsSync(repo) ? { told: resolve(repo) } : addressOf(repo);
  await cloned({ told, ...(secret === undefined ? {} : { secret }) }, directory, git);
  mkdirSync(join(directory, "info"), { recursive: true });
  // a build elsewhere gets every file as it is committed
  writeFileSync(join(directory, "info/attributes"), "* !export-ignore !export-subst\n");
}

/** What lets in stands neither on git's command line, where everybody sees it, nor in the mirror's settings. */
async function cloned({ told, secret }: Address, directory: string, git: Git): Promise<void> {
  const file = `${directory}.credentials`;
  const helper = secret === undefined ? [] : ["-c", `credential.helper=store --file=${quoted(file)}`];
  try {
    if (secret !== undefined) writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    await git([...helper, "clone", "--quiet", "--mirror", "--", told, directory], {
      withinMs: 6 * 3_600_000,
    });
  } finally {
    rmSync(file, { force: true });
  }
}

/** `source`: where the operator's own refs, such as HEAD@{1}, are looked up, when it is a directory here. */
export function mirrorAt(directory: string, git: Git, source?: string): Mirror {
  const ask = async (...args: string[]) => (await git(["--git-dir", directory, ...args])).trim();
  const treeOf = (commit: string) => ask("rev-parse", "--verify", `${commit}^{tree}`);
  const parentsOf = async (commit: string) =>
    (await ask("rev-parse", `${commit}^@`)).split("\n").filter(Boolean);
  const stage: Mirror["stage"] = async ({ old, new: newest }, { paths, walk }) => {
    const onLine = walk !== "whole";
    const listed = await git([
      ...["--git-dir", directory, "log", "--topo-order", "--reverse", "--parents"],
      ...["--no-show-signature", "--format=%H %T %P", ...(onLine ? ["--first-parent"] : [])],
      ...[newest, `^${old}`, "--", ...paths],
    ]);
    return must(readStage(listed, { old, newest, onLine, oldTree: await treeOf(old) }));
  };
  return {
    commit: (ref) => commitOf(ref, directory, git, source),
    stage,
    async inside(merge, wish) {
      const [first, second, ...more] = await parentsOf(merge);
      const nothing = { ids: [], parents: [], empty: [], merges: [], old: first ?? merge, inside: merge };
      if (first === undefined || second === undefined) return nothing;
      const old = await ask("merge-base", first, second).catch(() => undefined); // of unrelated histories there is none
      if (old === undefined) return nothing;
      // several branches at once have the merge itself as their only common end
      const side =
        more.length > 0 ? { new: merge, walk: "whole" as const } : { new: second, walk: wish.walk };
      const ranged = await stage({ old: first, new: side.new }, { ...wish, walk: side.walk });
      return { ...ranged, old, inside: merge };
    },
    isAncestor: (one, of) =>
      ask("merge-base", "--is-ancestor", one, of).then(
        () => true,
        () => false,
      ),
    base: (one, other) => ask("merge-base", one, other).catch(() => undefined),
    parents: parentsOf,
    async subjects(commits) {
      if (commits.length === 0) return new Map();
      const lines = await ask(
        "log",
        "--no-walk",
        "--no-show-signature",
        "--format=%H %s",
        ...new Set(commits),
      );
      return new Map(
        lines.split("\n").map((line) => {
          const id = line.split(" ", 1)[0]!;
          return [id, line.slice(id.length + 1)] as const;
        }),
      );
    },
    show: (commit) =>
      ask("show", "--stat", "--no-color", "--no-ext-diff", "--no-textconv", "--format=medium", commit),
    async missingIn(commit) {
      const tree = (await ask("ls-tree", "-r", commit)).split("\n");
      const modules = tree.filter((line) => line.startsWith("160000 ")).map((line) => line.split("\t")[1]!);
      const attributes = ["grep", "--quiet", "-e", "filter=lfs", commit, "--", "*.gitattributes"];
      const hasLfs = await ask(...attributes).then(
        () => true,
        () => false,
      );
      return [...(modules.length === 0 ? [] : [submoduleWords(modules)]), ...(hasLfs ? [LFS_WORDS] : [])];
    },
    async checkOut(commit, to) {
      if (existsSync(join(to, ".git"))) {
        await git(["checkout", "--quiet", "--force", "--detach", commit], { cwd: to });
        await git(["clean", "-ffdxq"], { cwd: to });
        return;
      }
      rmSync(to, { recursive: true, force: true, maxRetries: 5 });
      await ask("worktree", "prune");
      await ask("worktree", "add", "--quiet", "--force", "--force", "--detach", to, commit);
    },
    async remove(of) {
      rmSync(of, { recursive: true, force: true, maxRetries: 5 });
      await ask("worktree", "prune");
    },
    archive: async (commit, file) => void (await ask("archive", "--format=tar", `--output=${file}`, commit)),
  };
}

const submoduleWords = (modules: readonly string[]): string =>
  `Submodules are empty in what is built (${printable(modules.join(", "), 200)}): ` +
  "where they count, let --build begin with `git submodule update --init --recursive`.";
const LFS_WORDS =
  "Some files are kept by Git LFS, and what is built has only their pointers: where they count, let --build " +
  "fetch them with git lfs, from where the repository has them.";

function must(read: Read<Stage>): Stage {
  if (read.ok) return read.value;
  throw new Fault("bisect.git-failed", { what: "rev-list", why: read.flaw });
}

async function commitOf(
  ref: string,
  directory: string,
  git: Git,
  source: string | undefined,
): Promise<string> {
  if (!isRef(ref).ok) throw new Fault("bisect.ref-unknown", { ref });
  const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const inMirror = () => git(["--git-dir", directory, ...asked]);
  const found = source === undefined ? inMirror() : git(asked, { cwd: source }).catch(inMirror);
  return (
    await found.catch((error) => {
      throw new Fault("bisect.ref-unknown", { ref }, error);
    })
  ).trim();
}

const isRef = (ref: string): Read<string> =>
  ref === "" || ref.startsWith("-") ? { ok: false, flaw: "a ref begins with no dash", at: 0 } : ok(ref);
