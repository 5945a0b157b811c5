import { Fault } from "../base/fault.ts";
import { takeTurns } from "../base/turns.ts";
import { checkHost, MOST_AT_ONCE } from "../check/check-hosts.ts";
import type { HostResult } from "../check/core/judge-host.ts";
import type { Rule } from "../check/core/rule.ts";
import { loadRules } from "../check/load-rules.ts";
import { listKept, type Undone, undoHost } from "../check/undo-host.ts";
import type { Said, UndoWish } from "../cli/world.ts";
import type { Host } from "../host/host.ts";
import type { Came, HostKeeper } from "./host-keeper.ts";
import { type Named, namedHosts, ownerOf, worded } from "./named-hosts.ts";

/** The rule is asked again after it, so that what is known of the host stays true. */
export async function undoOn(
  { id, hosts, local, force }: UndoWish,
  { user, keeper }: { readonly user: string; readonly keeper: HostKeeper },
): Promise<Said> {
  const owner = ownerOf(user, Date.now());
  const name = id.replace(/-\d{8}-[0-9a-f]{4}$/, "");
  const rule = (await loadRules()).find((one) => one.id === name);
  const undo = async (host: Host): Promise<Took> => {
    const came = await undoHost(host, id, { force, owner });
    return { came, found: came.is === "undone" ? await askedAgain(host, rule) : undefined };
  };
  const kept = ({ came, found }: Took, host: string): Came => {
    if (came.is !== "undone") return { result: { host, findings: [] }, acts: [] };
    const because = `its remedy was taken back (${id}), and it was not asked since`;
    const untold = { host, findings: [{ rule: name, verdict: { is: "unknown", because } as const }] };
    return { result: found ?? untold, acts: [{ rule: name, id, did: "took back" }] };
  };
  const took = await eachHost(namedHosts(hosts, local), (host) =>
    keeper.mend(
      host.name,
      () => undo(host),
      (what) => kept(what, host.name),
    ),
  );
  const all = took.map(({ host, came }) => ({ host, came: came instanceof Fault ? came : came.came }));
  const says = all.flatMap(({ host, came }) => undoLines(host, id, came));
  const answer = all.map(({ host, came }) => toldUndo(host, came));
  const isWhole = all.every(
    ({ came }) => !(came instanceof Fault) && (came.is === "undone" || came.is === "already"),
  );
  return { says, answer, exit: isWhole ? 0 : 2 };
}

type Took = { readonly came: Undone; readonly found: HostResult | undefined };

/** Undefined: a rule of somebody's own, or a host that does not answer any more. */
async function askedAgain(host: Host, rule: Rule | undefined): Promise<HostResult | undefined> {
  if (rule === undefined) return undefined;
  const result = await checkHost(host, { rules: [rule], mayAsk: false, now: Date.now });
  return result.trouble === undefined ? result : undefined;
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
