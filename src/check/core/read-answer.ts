import { latin1 } from "../../base/text.ts";
import type { Facts, Heard } from "./rule.ts";
import { MOST_ERR, MOST_OUT } from "./script.ts";

/** What came of a script, by rule; rules that it did not come to are missing. */
export type Answer = { readonly facts: Facts; readonly heard: ReadonlyMap<string, Heard> };
type Said = { readonly stdout: Uint8Array; readonly stderr: Uint8Array };

/** Undefined when not even the facts arrived. The clock's difference is reckoned from when it was asked and answered. */
export function readAnswer(said: Said, mark: string, between: readonly [number, number]): Answer | undefined {
  const [outs, errs] = [frames(said.stdout, mark), frames(said.stderr, mark)];
  const factsText = outs.get("")?.text;
  if (factsText === undefined) return undefined;
  const heard = new Map<string, Heard>();
  for (const [id, { text: out }] of outs) {
    if (id === "") continue;
    const { text: err = "", status } = errs.get(id) ?? {};
    const cut = isLate(status) ? "late" : out.length >= MOST_OUT || err.length >= MOST_ERR ? "long" : false;
    heard.set(id, { out: utf8(out), err: utf8(err), status: status ?? -1, cut });
  }
  return { facts: readFacts(factsText, between), heard };
}

type Frame = { text: string; status?: number };

/** A frame begins with a line `MARK > ID`; what stands before the first is a profile's. */
function frames(bytes: Uint8Array, mark: string): Map<string, Frame> {
  const found = new Map<string, Frame>();
  for (const piece of latin1(bytes).split(`\n${mark} > `).slice(1)) {
    const end = piece.indexOf("\n");
    const body = piece.slice(end + 1);
    const status = new RegExp(`\\n${mark} = (\\d+)\\n`).exec(body);
    const text = status === null ? body : body.replace(status[0], "");
    found.set(piece.slice(0, end), { text, ...(status !== null && { status: Number(status[1]) }) });
  }
  return found;
}

/** 124 and 137: coreutils' timeout; 143: busybox's. No status: the whole script was ended in it. */
const isLate = (status: number | undefined): boolean =>
  status === undefined || [124, 137, 143].includes(status);

/** Names in probes' answers may be UTF-8; what is not stays as it is. */
function utf8(text: string): string {
  try {
    return decodeURIComponent(text.replace(/[%\x80-\xff]/g, (c) => `%${c.charCodeAt(0).toString(16)}`));
  } catch {
    return text;
  }
}

const INITS = ["systemd", "sysvinit", "openrc", "none", "other"] as const;

function readFacts(text: string, [asked, answered]: readonly [number, number]): Facts {
  const words = new Map<string, string>();
  const packages: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [key, value, version] = line.split(" ") as [string, string?, string?];
    if (key === "package" && version !== undefined) packages[value!] = version;
    else if (value !== undefined && value !== "") words.set(key, value);
  }
  const time = Number(words.get("time"));
  return {
    id: words.get("id") ?? "unknown",
    versionId: words.get("versionId") ?? null,
    kernel: words.get("kernel") ?? "",
    arch: words.get("arch") ?? "",
    init: INITS.find((init) => init === words.get("init")) ?? "other",
    uid: Number(words.get("uid") ?? -1),
    container: words.get("container") ?? null,
    clockOff: Number.isNaN(time) ? null : Math.trunc(time - clamp(time, asked / 1000, answered / 1000)),
    packages,
  };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
