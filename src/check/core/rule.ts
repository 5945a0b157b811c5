/** A rule about hosts: what it wants to know, how it judges the answer, and what mends it. It never logs in itself. */
export type Rule = {
  readonly id: string; // the file's name, and the command line's: `journal-readable`
  readonly says: string; // what a healthy host does, in one sentence
  readonly because: string; // what the trap costs whoever falls into it
  readonly sources: readonly string[]; // manual pages, bug reports, release notes
  /** Whether the rule means anything on this host; a string says why it does not. */
  readonly applies: (facts: Facts) => true | string;
  readonly probe: Probe;
  /** Pure, and never throws at odd output: that is `unknown`. */
  readonly judge: (heard: Heard, facts: Facts) => Verdict;
  /** What mends what was judged to fail; tried in this order by people, applied by us only where `plan` gives steps. */
  readonly remedy: (heard: Heard, facts: Facts) => Remedy;
};

/**
 * A fragment of POSIX sh that only reads. It runs as root where `sudo -n` or the login allows, else as who logged in
 * (`facts.uid`), with LC_ALL=C, stdin at /dev/null, its time and output capped, in one script with all other rules'.
 * It must do with what a minimal Debian or busybox has; a tool that is missing is for it to tell (`command -v`).
 */
export type Probe = {
  readonly run: string;
  readonly withinMs: number; // most are done within 50; the default cap of a host is one second for all
  /** All of it asks the network or somebody else's daemon, so it runs only with `--ask-network`. */
  readonly consent?: "network";
};
/** What a person agreed to besides; a probe that asks only then says `case $MAY in *network*)`. */
export type Consent = "network" | "passwords";

/** What a probe said. `cut`: it said too much, or ran out of time, and was ended. */
export type Heard = {
  readonly out: string;
  readonly err: string;
  readonly status: number;
  readonly cut: false | "late" | "long";
};

export type Verdict =
  | { readonly is: "pass"; readonly evidence?: readonly string[] }
  | {
      readonly is: "fail";
      readonly cause: string;
      readonly found: string;
      readonly evidence: readonly string[];
    }
  | { readonly is: "unknown"; readonly because: string }
  | { readonly is: "not-applicable"; readonly because: string };

/** `cause` of a failure tells the ways to fail apart in one word, for tests, JSON and remedies. */
export type Remedy = {
  readonly say: string; // what to do, for a person, whether or not we can
  /** Nothing: only a person can mend it. */
  readonly steps: readonly Step[];
};
/**
 * All steps can be taken again without harm. Before any is taken, what it touches is kept on the host for the
 * way back. Files are written beside their place and renamed; owner, mode, ACL stay as they were. Links are
 * for people.
 */
export type Step =
  /** The file as it is to be; `null` removes it, `mode` is a new one's. */
  | { readonly write: string; readonly content: string | null; readonly mode?: string }
  /** Another content for the one that is there, a byte a character; what it returns unchanged is not written. */
  | { readonly edit: string; readonly by: (content: string) => string }
  /**
   * A command in POSIX sh. `keeps`: every file and directory whose content, owner, mode or ACL it may change (whole
   * trees for directories: only metadata of those); `undo`: what else leads back, after those were restored.
   */
  | { readonly run: string; readonly keeps: readonly string[]; readonly undo?: string };

/** What every rule may lean on; gathered once at the head of the script. */
export type Facts = {
  readonly id: string; // os-release ID
  readonly versionId: string | null; // "12"; null on sid
  readonly kernel: string; // uname -r
  readonly arch: string; // uname -m
  readonly init: "systemd" | "sysvinit" | "openrc" | "none" | "other"; // pid 1; none: not booted (a chroot, a container's program)
  readonly uid: number; // as whom the probes ran
  readonly container: string | null; // systemd-detect-virt -c or what /proc tells
  readonly clockOff: number | null; // seconds that the host's clock is ahead of ours
  /** Versions by name as dpkg has them installed; empty where there is no dpkg. */
  readonly packages: Readonly<Record<string, string>>;
};

/** A real host's answer and how it is to be judged; kept in `captures/check/ID/*.txt` and run as the rule's tests. */
export type Example = {
  readonly from: string; // which host, when, by what
  readonly facts: Facts;
  readonly heard: Heard;
  readonly expect: Verdict["is"] | `fail ${string}`; // with the cause
};
