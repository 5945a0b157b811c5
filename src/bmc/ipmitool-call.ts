import { Fault } from "../base/fault.ts";
import type { Start } from "../process/program.ts";
import type { BmcAddress } from "./bmc.ts";
import { type Trouble, troubleOf } from "./core/ipmitool-says.ts";

export type CipherSuite = 17 | 3 | 0; // 0 only to find out whether the BMC takes it
export type Said = { readonly out: string; readonly trouble?: Trouble };

/** Words for ipmitool; `act` says to people what they are for. */
export type Asking = {
  readonly words: readonly string[];
  readonly act: string;
  readonly typed?: string; // to its standard input
  readonly isList?: boolean; // which -v would turn into pages
};
export type Ask = (asking: Asking, signal?: AbortSignal) => Promise<string>;

const KILLED_AFTER_MS = 30_000;
const MOST_OUTPUT = 64 * 1024;

/**
 * The words before the command: the password is in the environment alone, where only we and root can read
 * it.
 */
export function callOf(at: BmcAddress, cipher: CipherSuite, words: readonly string[]): [string, ...string[]] {
  const where = ["-H", at.address, "-p", `${at.port}`, "-U", at.user, "-E"];
  return ["ipmitool", "-I", "lanplus", "-C", `${cipher}`, ...where, ...words];
}

export const secretly = ({ password }: BmcAddress): NodeJS.ProcessEnv => ({
  ...process.env,
  LC_ALL: "C",
  IPMITOOL_PASSWORD: password,
});

export type Calling = {
  readonly start: Start;
  readonly at: BmcAddress;
  readonly argv: readonly [string, ...string[]];
  readonly typed?: string; // on its standard input
};

/** One call of ipmitool, killed when it takes too long or nobody wants its answer any more. */
export function call({ start, at, argv, typed }: Calling, signal?: AbortSignal) {
  signal?.throwIfAborted();
  return new Promise<Said>((resolve, reject) => {
    const input = typed === undefined ? "ignore" : "pipe";
    const tool = start(argv, { env: secretly(at), stdio: [input, "pipe", "pipe"] });
    tool.stdin?.once("error", () => {}); // it ended before it read: its exit status tells more
    tool.stdin?.end(typed);
    const heard = { out: "", err: "" };
    const hear = (stream: "out" | "err") => (bytes: Buffer) => {
      if (heard[stream].length < MOST_OUTPUT) heard[stream] += bytes.toString("latin1");
    };
    const kill = () => tool.kill("SIGKILL");
    const limit = setTimeout(() => {
      heard.err += `\nipmitool did not end within ${KILLED_AFTER_MS / 1000} s`;
      kill();
    }, KILLED_AFTER_MS);
    signal?.addEventListener("abort", kill, { once: true });
    tool.stdout?.on("data", hear("out"));
    tool.stderr?.on("data", hear("err"));
    tool.once("error", (failure) => reject(notStarted(failure)));
    tool.once("close", (status) => {
      clearTimeout(limit);
      signal?.removeEventListener("abort", kill);
      if (signal?.aborted) reject(signal.reason);
      else resolve(status === 0 ? { out: heard.out } : { out: heard.out, trouble: troubleOf(heard.err) });
    });
  });
}

export function notStarted(failure: NodeJS.ErrnoException): Error {
  if (failure.code !== "ENOENT") return failure;
  return new Fault("setup.package-missing", {
    what: "Power control",
    missing: "ipmitool",
    packages: "ipmitool",
  });
}

/** What a trouble means to the operator. */
export function faultOf({ is, why }: Trouble, { machine, address }: BmcAddress, act: string): Fault {
  if (is === "unreachable") return new Fault("bmc.unreachable", { machine, address });
  if (is === "login-refused") return new Fault("bmc.login-refused", { machine, address });
  if (is === "no-cipher") return new Fault("bmc.no-cipher", { machine, address });
  return new Fault("bmc.failed", { machine, act, why });
}
