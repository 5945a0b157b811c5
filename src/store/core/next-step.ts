/** What stands in a data directory before a start. A lock's holder is the process it names. */
export type Seen = {
  readonly locks: readonly Holder[];
  readonly living: readonly number[]; // processes of a server in this data directory; zombies do not count
};
export type Holder = {
  readonly file: "postmaster.pid" | "socket lock";
  readonly pid: number | null; // null: the file names none
  readonly is: "gone" | "zombie" | "stranger" | "server"; // server: of this very data directory
};
export type Step =
  | { readonly do: "adopt"; readonly pid: number }
  | { readonly do: "end"; readonly pids: readonly number[] }
  | { readonly do: "clear" }
  | { readonly do: "start" };

/**
 * Rules 2 to 4 of starting: adopt what lives, end what a dead server left, and only then touch its locks.
 * PostgreSQL asks kill(pid, 0), which takes a zombie and any process of the same user for a living server.
 */
export function nextStep({ locks, living }: Seen): Step {
  const server = locks.find((lock) => lock.file === "postmaster.pid" && lock.is === "server");
  if (server?.pid) return { do: "adopt", pid: server.pid };
  if (living.length > 0) return { do: "end", pids: living };
  const misleads = locks.some((lock) => lock.is === "zombie" || lock.is === "stranger" || lock.pid === null);
  return { do: misleads ? "clear" : "start" };
}
