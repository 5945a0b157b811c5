import { Fault } from "../base/fault.ts";
import { MOST_AT_ONCE } from "../check/check-hosts.ts";
import { listKept, type Undone, undoHost } from "../check/undo-host.ts";
import type { Said, UndoWish } from "../cli/world.ts";
import type { Host } from "../host/host.ts";
import { takeTurns } from "../host/turns.ts";
import { type Named, namedHosts, ownerOf, worded } from "./named-hosts.ts";

export async function undoOn({ id, hosts, local, force }: UndoWish, user: string): Promise<Said> {
  const owner = ownerOf(user, Date.now());
  const all = await eachHost(namedHosts(hosts, local), (host) => undoHost(host, id, { force, owner }));
  const says = all.flatMap(({ host, came }) => undoLines(host, id, came));
  const answer = all.map(({ host, came }) => toldUndo(host, came));
  const isWhole = all.every(
    ({ came }) => !(came instanceof Fault) && (came.is === "undone" || came.is === "already"),
  );
  return { says, answer, exit: isWhole ? 0 : 2 };
}

function undoLines(host: string, id: string, came: Undone | Fault): string[] {
  if (came instanceof Fault) return [`${host}: ${worded(came)}`];
  if (!("trouble" in came) && came.is === "undone") return [`${host}: ${id} is taken back`];
  if (!("trouble" in came)) return [`${host}: ${id} was taken back before; nothing was changed`];
  return [...(came.diff ?? []), `${host}: ${worded(came.trouble)}`];
}

function toldUndo(host: string, came: Undone | Fault): object {
  if (came instanceof Fault) return { host, is: "unreachable", trouble: worded(came) };
  return "trouble" in came ? { ...came, host, trouble: worded(came.trouble) } : { host, ...came };
}

export async function keptOn({ hosts, local }: { hosts: readonly string[]; local: boolean }): Promise<Said> {
  const all = await eachHost(namedHosts(hosts, local), listKept);
  const says = all.flatMap(({ host, came }) => {
    if (came instanceof Fault) return [`${host}: ${worded(came)}`];
    if (came.length === 0) return [`${host}: nothing is kept`];
    return [`${host}:`, ...came.map(({ id, state, who }) => `  ${id.padEnd(40)}${state.padEnd(9)}${who}`)];
  });
  const answer = all.map(({ host, came }) =>
    came instanceof Fault ? { host, trouble: worded(came) } : { host, kept: came },
  );
  return { says, answer, exit: all.some(({ came }) => came instanceof Fault) ? 2 : 0 };
}

function eachHost<T>(hosts: readonly Named[], does: (host: Host) => Promise<T>) {
  const turn = takeTurns(MOST_AT_ONCE);
  return Promise.all(
    hosts.map(({ name, open }) =>
      turn(async (): Promise<{ host: string; came: T | Fault }> => {
        const host = open();
        try {
          return { host: name, came: await does(host) };
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          return { host: name, came: error };
        } finally {
          await host.close();
        }
      }),
    ),
  );
}
