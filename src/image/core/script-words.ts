import { flaw, ok, type Read } from "../../base/read.ts";

/**
 * What may stand in a script that we write from a stranger's menu. iPXE expands `${...}` and splits at `||`
 * and `&&` and has no quoting to hide them in, so a word outside this grammar is refused instead.
 */
const WORD = /^[A-Za-z0-9_.,:=/+@%~[\]-]+$/; // brackets: an IPv6 address in a URL
const TITLE = /^(?!-)[A-Za-z0-9_.,:=/+@%()'! -]+$/;
const NAME = /^[A-Za-z0-9_.-]+$/;
const BASE =
  /^(https?:\/\/(\$\{[a-z0-9./:-]+\}|[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(\/[A-Za-z0-9_.~/-]*)?|[A-Za-z0-9_.~/-]*)$/;

export const scriptWord = (word: string): Read<string> =>
  WORD.test(word) ? ok(word) : flaw(`the word ${JSON.stringify(word)} cannot stand in a boot script`);
export const scriptTitle = (title: string): Read<string> =>
  TITLE.test(title) ? ok(title) : flaw(`the title ${JSON.stringify(title)} cannot stand in a boot script`);
export const scriptName = (name: string): Read<string> =>
  NAME.test(name) ? ok(name) : flaw(`the name ${JSON.stringify(name)} cannot stand in a boot script`);

/**
 * Where files are fetched from, with its slash: a URL, `http://${next-server}`, or nothing (beside the
 * script).
 */
export function scriptBase(base: string): Read<string> {
  if (!BASE.test(base)) return flaw(`${JSON.stringify(base)} is not a base such as http://10.0.0.1/`);
  return ok(base === "" || base.endsWith("/") ? base : `${base}/`);
}
