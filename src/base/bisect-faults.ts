/** What can go wrong with a search; part of the table in fault.ts. */
export const BISECT_FAULTS = {
  "bisect.unknown": {
    says: 'There is no bisection called "{name}".',
    remedy: "`rackhand bisect list` shows those there are; `rackhand bisect start` begins one.",
  },
  "bisect.which": {
    says: "Several bisections are here: {names}.",
    remedy: "Say which one with --name.",
  },
  "bisect.exists": {
    says: 'A bisection called "{name}" is here already.',
    remedy: "Give this one another --name, or end that one with `rackhand bisect abandon --name {name}`.",
  },
  "bisect.locked": {
    says: "The bisection in {directory} is worked on by {owner}.",
    remedy:
      "Wait until that one is done, or stop it; `rackhand bisect status` and `log` can be asked meanwhile.",
  },
  "bisect.journal-broken": {
    says: "Line {line} of the journal {path} cannot be read: {flaw}.",
    remedy: "Mend or remove that line; every other line stands.",
  },
  "bisect.no-journal": {
    says: "The journal {path} cannot be read: {why}.",
    remedy: "Name a journal.jsonl, such as `rackhand bisect report --out DIR` puts beside its report.",
  },
  "bisect.no-repository": {
    says: "{repo} is no git repository.",
    remedy: "Name a directory that git knows, or a URL that git can clone, with --repo.",
  },
  "bisect.partial": {
    says: "{repo} is a partial clone: files of its older commits are missing.",
    remedy:
      "Search a full clone (`git clone URL`), or fetch what is missing (`git fetch --refetch --no-filter`).",
  },
  "bisect.ref-unknown": {
    says: "{ref} names no commit of the repository.",
    remedy:
      "`git log --oneline` shows commits, `git tag` names; a shallow clone lacks older ones (`git fetch --unshallow`).",
  },
  "bisect.ends-same": {
    says: "{old} and {new} are the same commit.",
    remedy: "Name as --old a commit before the change, and as --new one after it.",
  },
  "bisect.ends-swapped": {
    says: "{old} comes after {new}, so the ends are the wrong way round.",
    remedy:
      "Swap them: --old {new} --new {old}. To look for a repair, --term-old broken --term-new fixed names the two states.",
  },
  "bisect.unrelated": {
    says: "{old} and {new} have no commit in common.",
    remedy: "Name two commits of one history.",
  },
  "bisect.nothing-between": {
    says: "No commit between {old} and {new} touches what was asked for.",
    remedy: "Look at --path: `git log OLD..NEW -- PATH` must list something.",
  },
  "bisect.trouble": {
    says: "{commit} could not be measured: {why}.",
    remedy:
      "Mend that and run it again, everything measured is kept; `rackhand bisect skip` leaves out the commit that is due.",
  },
  "bisect.git-failed": {
    says: "`git {what}` failed: {why}.",
    remedy: "Mend that and try again: nothing was lost.",
  },
} as const satisfies Record<string, { says: string; remedy: string }>;
