import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { numberOf } from "./oracle.ts";
import { answersOf, type Settings } from "./settings.ts";

/** A reading as a person hands it in, by what the search asks; once it is in the journal it is there for ever. */
export function readingOf(words: string, settings: Pick<Settings, "oracle" | "terms">): Read<number> {
  if (answersOf(settings) === "number") {
    const read = numberOf(words);
    return read.ok ? read : flaw(`${read.flaw}, and this bisection reads numbers such as 48210.`);
  }
  const { old, new: newest } = settings.terms;
  const byTerm = [old, newest].indexOf(words);
  const state = byTerm < 0 ? ["0", "1"].indexOf(words) : byTerm;
  if (state >= 0) return ok(state);
  return flaw(`"${printable(words, 60)}" is no answer here: a commit is ${old} (0) or ${newest} (1).`);
}
