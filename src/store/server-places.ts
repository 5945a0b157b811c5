import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { findOwner, type Owner, runAs } from "./server-owner.ts";

/** Where the private server keeps what. The directory is ours, `data` and `socket` are its own. */
export type Places = {
  readonly directory: string;
  readonly data: string;
  readonly socket: string;
  readonly log: string;
  readonly owner: Owner;
};

const LONGEST_SOCKET = 107 - "/.s.PGSQL.5432".length; // sockaddr_un holds 107 bytes and a NUL: unix(7)

/** Makes what the server needs around its data, closed to all but the server's account and root. */
export async function makePlaces(wanted: string): Promise<Places> {
  const directory = await realpath(wanted);
  const [data, log] = [join(directory, "data"), join(directory, "server.log")];
  const owner = await findOwner(data);
  const beside = join(directory, "socket");
  const socket = Buffer.byteLength(beside) <= LONGEST_SOCKET ? beside : shortSocket(directory, owner);
  const places = { directory, data, socket, log, owner };
  await mustReach(places);
  await makeSocket(places);
  return places;
}

/** Directories made here can be walked through, whatever our umask; those already there stay as they are. */
export async function makeDirectory(directory: string): Promise<void> {
  const mode = process.getuid!() === 0 ? 0o711 : 0o700;
  try {
    const first = await mkdir(directory, { recursive: true });
    if (first === undefined) return;
    for (let at = directory; at.length >= first.length; at = dirname(at)) await chmod(at, mode);
  } catch (thrown) {
    const holes = { directory, why: reason(thrown), log: join(directory, "server.log") };
    throw new Fault("store.failed", holes, thrown);
  }
}

function shortSocket(directory: string, { uid, drops }: Owner): string {
  const mark = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return drops ? `/run/rackhand-${mark}` : `/tmp/rackhand-${uid}-${mark}`;
}

/** In /tmp somebody else could have been first: only a directory of the server's own account is taken. */
async function makeSocket({ directory, socket, log, owner }: Places): Promise<void> {
  try {
    await mkdir(socket, { mode: 0o700 });
    if (owner.drops) await chown(socket, owner.uid, owner.gid);
  } catch (thrown) {
    const there = await lstat(socket).catch(() => undefined);
    if (there?.isDirectory() && there.uid === owner.uid && (there.mode & 0o077) === 0) return;
    const why = there ? `${socket} belongs to somebody else or is open to others` : reason(thrown);
    throw new Fault("store.failed", { directory, why, log }, thrown);
  }
}

async function mustReach({ directory, log, owner }: Places): Promise<void> {
  if (!owner.drops || (await mayEnter(owner, directory))) return;
  const ancestors = [directory];
  while (dirname(ancestors[0]!) !== ancestors[0]) ancestors.unshift(dirname(ancestors[0]!));
  for (const ancestor of ancestors) {
    if (await mayEnter(owner, ancestor)) continue;
    const why =
      `it runs as user ${owner.uid}, who may not enter ${ancestor}` +
      ` (chmod o+x ${ancestor}, or choose a directory under /var/lib)`;
    throw new Fault("store.failed", { directory, why, log });
  }
}

async function mayEnter(owner: Owner, directory: string): Promise<boolean> {
  return runAs(owner, ["test", "-x", directory]).then(
    () => true,
    () => false,
  );
}
