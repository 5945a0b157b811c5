import { flaw, type Read } from "./read.ts";

/** Many ways to match one text take time that grows with each of them. */
const MOST_OPEN = 3;
const MANY = 20;

/**
 * A regular expression of the operator's own, which strangers' text is matched with. What could take for ever
 * is refused: a repeated group with a repetition or a choice in it, and more than three long repetitions.
 */
export function readPattern(text: string): Read<RegExp> {
  const wrong = wrongWith(text);
  if (wrong !== undefined) return flaw(`"${text}" ${wrong}`);
  try {
    return { ok: true, value: new RegExp(text, "m") };
  } catch (error) {
    return flaw(`"${text}" is no regular expression: ${(error as Error).message.split(": ").at(-1)}`);
  }
}

const TOKEN =
  /\\(?:[1-9]|k<)|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)|\||[*+?]\??|\{\d+(?:,\d*)?\}\??|./gs;

function wrongWith(text: string): string | undefined {
  const groups: boolean[] = []; // whether a repetition or a choice is in it
  let closed: boolean | undefined; // of the group that ended just now
  let open = 0;
  if (text.length > 500) return "is longer than 500 characters";
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^\\(?:[1-9]|k)/.test(token)) return "refers back to a group, which can take for ever";
    const isLong = isLongRepetition(token);
    if (isLong && closed === true)
      return "repeats a group that has a repetition or a choice in it, which can take for ever";
    if (isLong) open += 1;
    if ((isLong || token === "|") && groups.length > 0) groups[groups.length - 1] = true;
    closed = undefined;
    if (token.startsWith("(")) groups.push(false);
    if (token === ")") {
      closed = groups.pop() ?? false;
      if (closed && groups.length > 0) groups[groups.length - 1] = true;
    }
  }
  return open > MOST_OPEN
    ? `has more than ${MOST_OPEN} long repetitions, which can take for ever`
    : undefined;
}

function isLongRepetition(token: string): boolean {
  if (/^[*+]/.test(token)) return true;
  const [, least, comma, most] = /^\{(\d+)(,)?(\d*)\}/.exec(token) ?? [];
  if (least === undefined) return false;
  return comma !== undefined && (most === "" || Number(most) > MANY);
}
