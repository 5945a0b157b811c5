/** What `git bisect` itself has under these words (its check_term_format). */
const VERBS = "help start skip next reset visualize view replay log run terms".split(" ");
/** What git-check-ref-format(1) refuses: git keeps each state as refs/bisect/TERM. A dash would be an option. */
const NO_REF = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/[/.]|^[-/.]|[/.]$|\.lock(?:\/|$)/u;
const MEANS_NEW = ["bad", "new"];
const MEANS_OLD = ["good", "old"];

/** Why git would not take these as the names of the two states, in words; its own log has them. */
export function termsFlaw({ old, new: newest }: { old: string; new: string }): string | undefined {
  const wrong = [old, newest].find((one) => one === "" || VERBS.includes(one) || NO_REF.test(one));
  if (wrong !== undefined)
    return `"${wrong}" is no term: git bisect takes one word that is none of its verbs.`;
  if (old === newest) return `Old and new want two different terms, and both are "${old}".`;
  if (MEANS_NEW.includes(old) || MEANS_OLD.includes(newest))
    return `"${old}" for old and "${newest}" for new: git bisect means them the other way round.`;
  return undefined;
}
