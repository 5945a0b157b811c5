import { constants } from "node:os";
import { getSystemErrorName } from "node:util";
import koffi from "koffi";

/** posix_spawn(3), as glibc has it on both 64-bit architectures of Debian. */
const libc = koffi.load("libc.so.6");
const pairCall = libc.func("int socketpair(int family, int type, int protocol, _Out_ int *pair)");
const closeCall = libc.func("int close(int fd)"); // Node's own keeps books, and these are not in them
const waitCall = libc.func("int waitpid(int pid, _Out_ int *status, int options)");
const lookCall = libc.func("int waitid(int kind, unsigned int id, void *about, int options)");
const spawnCall = libc.func(
  "int posix_spawnp(_Out_ int *pid, const char *file, void *actions, void *attributes, const char **argv, const char **env)",
);
const actionsCall = libc.func("int posix_spawn_file_actions_init(void *actions)");
const actionsEndCall = libc.func("int posix_spawn_file_actions_destroy(void *actions)");
const dupCall = libc.func("int posix_spawn_file_actions_adddup2(void *actions, int fd, int as)");
const openCall = libc.func(
  "int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, unsigned int mode)",
);
const chdirCall = libc.func("int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)");
const attributesCall = libc.func("int posix_spawnattr_init(void *attributes)");
const attributesEndCall = libc.func("int posix_spawnattr_destroy(void *attributes)");
const flagsCall = libc.func("int posix_spawnattr_setflags(void *attributes, short flags)");
const defaultCall = libc.func("int posix_spawnattr_setsigdefault(void *attributes, const void *signals)");
const maskCall = libc.func("int posix_spawnattr_setsigmask(void *attributes, const void *signals)");

const [AF_UNIX, SOCK_STREAM, CLOEXEC] = [1, 1, 0o2000000];
const [SETSIGDEF, SETSIGMASK, SETSID] = [0x04, 0x08, 0x80];
const O_RDWR = 2;
const STRUCTURE_BYTES = 512; // posix_spawn_file_actions_t is 80 bytes, posix_spawnattr_t 336
const SIGNALS_BYTES = 128; // sigset_t
const [WNOHANG, WEXITED, WNOWAIT, P_ALL] = [1, 4, 0x0100_0000, 0];
const about = Buffer.alloc(128); // siginfo_t
const SI_PID_AT = 16;

export type Spawning = {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string | undefined;
  readonly fds: readonly (number | undefined)[]; // the program's 0, 1, 2; none: /dev/null
  readonly isDetached: boolean;
};

/** Its process id, or why there is none. The fds stay ours to close. */
export function spawn({ argv, env, cwd, fds, isDetached }: Spawning): { pid: number } | { errno: number } {
  const actions = Buffer.alloc(STRUCTURE_BYTES);
  const attributes = Buffer.alloc(STRUCTURE_BYTES);
  actionsCall(actions);
  attributesCall(attributes);
  try {
    for (const [as, fd] of fds.entries()) {
      if (fd === undefined) openCall(actions, as, "/dev/null", O_RDWR, 0);
      else dupCall(actions, fd, as);
    }
    if (cwd !== undefined) chdirCall(actions, cwd);
    // Node ignores SIGPIPE, and a program starts with what we ignore and block
    defaultCall(attributes, Buffer.alloc(SIGNALS_BYTES, 0xff));
    maskCall(attributes, Buffer.alloc(SIGNALS_BYTES));
    flagsCall(attributes, SETSIGDEF | SETSIGMASK | (isDetached ? SETSID : 0));
    const pid = [0];
    const errno = spawnCall(pid, argv[0], actions, attributes, [...argv, null], [...env, null]);
    return errno === 0 ? { pid: pid[0]! } : { errno };
  } finally {
    actionsEndCall(actions);
    attributesEndCall(attributes);
  }
}

/** A stream's two ends: ours, and the program's, which it does not block on. */
export type Pair = { readonly ours: number; readonly theirs: number };

/** One for each that is wanted; none stays open when there is no room for all. */
export function openPairs(wanted: readonly boolean[]): (Pair | undefined)[] {
  const opened: (Pair | undefined)[] = [];
  for (const isWanted of wanted) {
    const pair = [0, 0];
    if (isWanted && pairCall(AF_UNIX, SOCK_STREAM | CLOEXEC, 0, pair) < 0) {
      const failure = systemError(koffi.errno(), "socketpair");
      for (const one of opened) if (one !== undefined) for (const fd of Object.values(one)) closeFd(fd);
      throw failure;
    }
    opened.push(isWanted ? { ours: pair[0]!, theirs: pair[1]! } : undefined);
  }
  return opened;
}

export const closeFd = (fd: number): void => void closeCall(fd);

export type Ended = { readonly status: number | null; readonly by: NodeJS.Signals | null };

/** A child that has ended and that nobody has reaped, be it Node's own; 0 when there is none. */
export function endedChild(): number {
  about.fill(0);
  return lookCall(P_ALL, 0, about, WEXITED | WNOHANG | WNOWAIT) < 0 ? 0 : about.readInt32LE(SI_PID_AT);
}

/** How it ended; nothing while it runs. wait(2) has the bits. */
export function reap(pid: number): Ended | undefined {
  const out = [0];
  if (waitCall(pid, out, WNOHANG) === 0) return undefined;
  const status = out[0]!;
  const signal = status & 0x7f;
  return signal === 0 ? { status: (status >> 8) & 0xff, by: null } : { status: null, by: nameOf(signal) };
}

const nameOf = (signal: number): NodeJS.Signals =>
  (Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ??
    `SIG${signal}`) as NodeJS.Signals;

export function systemError(errno: number, call: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -errno, syscall: call });
}
