import { randomBytes } from "node:crypto";
import { Fault } from "../base/fault.ts";
import { unifiedDiff } from "../base/unified-diff.ts";
import type { Host } from "../host/host.ts";
import { listScript, undoScript } from "./core/fix-script.ts";
import { readTold, restOf } from "./core/read-told.ts";
import { act, lockedFault, newHold, shell, utf8 } from "./fix-host.ts";

/** What is kept on a host for the way back. */
export type Kept = { readonly id: string; readonly state: string; readonly who: string };
/** `diff`: what somebody has changed since, when nothing was taken back for that. */
export type Undone =
  | { readonly is: "undone" | "already" }
  | { readonly is: "refused" | "broken"; readonly trouble: Fault; readonly diff?: readonly string[] };

const LIST_WITHIN_MS = 15_000;

/** Restores what was kept of a change, byte for byte; twice is as once. */
export async function undoHost(
  host: Host,
  id: string,
  { force, owner }: { readonly force: boolean; readonly owner: string },
): Promise<Undone> {
  const hold = newHold(id, owner);
  const told = await act(host, hold, undoScript(hold, force));
  const has = (word: string) => told.some((one) => one.word === word);
  const refused = (trouble: Fault): Undone => ({ is: "refused", trouble });
  if (has("undone")) return { is: "undone" };
  if (has("already")) return { is: "already" };
  if (has("unknown")) return refused(new Fault("check.undo-unknown", { host: host.name, id }));
  if (has("locked")) return refused(lockedFault(host.name, restOf(told, "locked")!));
  const changed = told.flatMap(({ word, rest }) => (word === "changed" ? [changedOf(rest)] : []));
  if (changed.length > 0) {
    const paths = changed.map(({ path }) => path).join(", ");
    const trouble = new Fault("check.undo-changed", { paths, host: host.name, id });
    return { is: "refused", trouble, diff: changed.flatMap(({ diff }) => diff) };
  }
  const why = restOf(told, "refused");
  if (why !== undefined) return refused(new Fault("check.undo-refused", { host: host.name, why: utf8(why) }));
  const left = utf8(restOf(told, "broken") ?? "it did not come to its end");
  return { is: "broken", trouble: new Fault("check.fix-broken", { host: host.name, id, why: left }) };
}

/** From what the change left to what is there now. */
function changedOf(rest: string): { readonly path: string; readonly diff: readonly string[] } {
  const [path = "", was = "-", now = "-"] = rest
    .split(" ")
    .map((word) => (word === "-" ? "" : Buffer.from(word, "base64").toString("utf8")));
  const diff = unifiedDiff(path.replace(/^\//, ""), was, now).split("\n").slice(0, -1);
  return { path, diff: diff.length > 0 ? diff : [`${path}: another owner, mode or ACL`] };
}

/** The changes that a host keeps a way back from, in the order of their names. */
export async function listKept(host: Host): Promise<Kept[]> {
  const mark = randomBytes(12).toString("hex");
  const told = readTold((await shell(host, listScript(mark), LIST_WITHIN_MS)).stdout, mark);
  if (!told.some(({ word }) => word === "looked")) {
    const why = utf8(restOf(told, "refused") ?? "its shell did not answer");
    throw new Fault("check.undo-refused", { host: host.name, why });
  }
  return told.flatMap(({ word, rest }) => {
    const [id = "", state = "", ...who] = rest.split(" ");
    return word === "undo" ? [{ id, state, who: utf8(who.join(" ")) }] : [];
  });
}
