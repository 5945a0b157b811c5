/**
 * A host that programs can be run on: this machine, or one over ssh. What a rule, a bench or a bisection
 * needs of the world; a fake of it is three lines.
 */
export type Host = {
  readonly name: string; // as the operator calls it
  /**
   * Ends when the command has, whatever its exit. Throws a `Fault` (`host.unreachable` and its like) when it could not
   * be run or how it ended could not be learnt: trouble of the way there, never an answer of the command.
   */
  run(command: Command): Promise<Ran>;
  /** Ends what was opened for it, a shared connection for example. */
  close(): Promise<void>;
};

/** `argv` reaches the program as it is: no shell of ours in between, here or there. */
export type Command = {
  readonly argv: readonly [string, ...string[]];
  readonly input?: string | Uint8Array;
  /** stdin is open until then, so that its end tells the command that we are done, or gone: killed, cut off. */
  readonly inputUntil?: Promise<unknown>;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>; // besides the host's own
  /** When this is over, or `signal` aborts, the command is ended there with all its children. */
  readonly withinMs: number;
  readonly signal?: AbortSignal;
  /** Of stdout and of stderr each, 1 MiB when not said; a command that says more is ended and `cut`. */
  readonly mostBytes?: number;
  /** Each piece of output as it comes. */
  readonly heard?: (bytes: Uint8Array, from: "stdout" | "stderr") => void;
};

export type Ran = {
  readonly end:
    | { readonly is: "exit"; readonly status: number }
    | { readonly is: "signal"; readonly signal: string }
    | { readonly is: "late" } // ended by us after `withinMs`
    | { readonly is: "cut" }; // ended by us after `mostBytes`
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly tookMs: number;
};
