import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { type Draft, declaredDrafts, isRuleId, moduleDrafts, sourceDrafts } from "./core/new-rule.ts";

/** Writes the files of a new rule; none that is there already is touched. Gives their paths. */
export async function newRule(wish: {
  readonly id: string;
  readonly directory: string | undefined; // not said: the project's, below `root`
  readonly declared: boolean;
  readonly root: string;
}): Promise<string[]> {
  const { id, directory, declared, root } = wish;
  const wrong = (what: string) => new Fault("use.wrong", { what, verb: "check new" });
  if (!isRuleId(id)) throw wrong(`"${id}" is no id: lower-case words with hyphens, at most 40 characters.`);
  if (directory === undefined && declared) throw wrong("--declared goes with --rules.");
  if (directory === undefined && !(await isThere(join(root, "src/check/core/rules"))))
    throw wrong("Say --rules DIR, or run it in a clone of Rackhand's repository.");
  const drafts =
    directory === undefined ? sourceDrafts(id) : declared ? declaredDrafts(id) : moduleDrafts(id);
  const files = drafts.map(({ path, text }) => ({ path: join(directory ?? root, path), text }));
  for (const { path } of files) if (await isThere(path)) throw notWritten(path, "it is there already");
  for (const file of files) await write(file);
  return files.map(({ path }) => path);
}

const notWritten = (path: string, why: string, cause?: unknown) =>
  new Fault("check.not-written", { path, why }, cause);

async function write({ path, text }: Draft): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    throw notWritten(path, reason(error), error);
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
