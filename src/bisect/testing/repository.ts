import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A directory that is gone after the test. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "bisect-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

export type Made = {
  readonly path: string;
  git(...args: string[]): string;
  /** Writes files, commits them, tags the commit with its subject; gives its id. */
  commit(subject: string, files?: Readonly<Record<string, string>>): string;
};

/** A real repository, made by the real git, with dates that do not depend on when. */
export function repository(format: "sha1" | "sha256" = "sha1"): Made {
  const path = join(scratch(), "source");
  mkdirSync(path);
  let at = 1_500_000_000;
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const git = (...args: string[]): string => {
    at += 60;
    const dates = { GIT_AUTHOR_DATE: `${at} +0000`, GIT_COMMITTER_DATE: `${at} +0000` };
    const said = spawnSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], {
      cwd: path,
      encoding: "utf8",
      env: { ...env, ...dates },
    });
    if (said.status !== 0) throw new Error(`git ${args.join(" ")}: ${said.stderr}`);
    return said.stdout.trim();
  };
  git("init", "--quiet", "--initial-branch=main", `--object-format=${format}`);
  return {
    path,
    git,
    commit(subject, files = { [subject]: subject }) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), text);
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", subject);
      git("tag", subject);
      return git("rev-parse", "HEAD");
    },
  };
}

/** Commits c0 up to c`last`; `level` holds 10 before `culprit`, 20 from it on. */
export function history(last: number, culprit: number): { source: Made; ids: string[] } {
  const source = repository();
  const ids = Array.from({ length: last + 1 }, (_, at) =>
    source.commit(`c${at}`, { level: at < culprit ? "10\n" : "20\n", number: `${at}\n` }),
  );
  return { source, ids };
}
