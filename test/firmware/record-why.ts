import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Observed } from "../../src/base/event.ts";
import { reason } from "../../src/base/fault.ts";
import { diagnose } from "../../src/boot/core/diagnosis/diagnose.ts";
import { findImage } from "../../src/image/find-image.ts";
import { Stack } from "../../src/main/stack.ts";
import { openTwoSpaces, type TwoSpaces } from "../support/two-spaces.ts";
import { firmwareWords, qemuArgv } from "./firmwares.ts";
import { HARDSHIPS, type Hardship } from "./hardships.ts";
import { haveImages } from "./have-images.ts";
import { MAC, putOnRecord, type Serving, serve } from "./serving.ts";
import { CACHE, freshState } from "./starting.ts";

/**
 * `node --import tsx test/firmware/record-why.ts [PATTERN]`, as root: boots each hardship until the service says of
 * it what it should, and keeps the events that it said it from in captures/why. Exit 1: one was not said.
 */
const CAPTURES = join(import.meta.dirname, "../../captures/why");
const [LOOK_EVERY_MS, WITHIN_MS] = [2000, 240_000];
const HOLDS_MS = 8000; // what is said while a machine still gets on is no diagnosis

const only = new RegExp(process.argv[2] ?? "");
const err = (line: string) => void process.stderr.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
await haveImages(["debian-12", "debian-13"], { progress: err, signal: stopping.signal });
mkdirSync(CAPTURES, { recursive: true });
for (const [id, hardship] of Object.entries(HARDSHIPS).filter(([one]) => only.test(one))) {
  if (stopping.signal.aborted) break;
  const flaw = await record(id, hardship).catch(reason);
  if (flaw !== undefined) process.exitCode = 1;
  err(`${id}: ${flaw ?? "said, and kept"}`);
}

/** What went wrong, when something did. */
async function record(id: string, hardship: Hardship): Promise<string | undefined> {
  const opened = new Stack();
  try {
    const { state, forget } = freshState(hardship.alone ? [] : undefined);
    opened.add(forget, (end) => end());
    const spaces = opened.add(await openTwoSpaces(), (open) => open.close());
    await hardship.place.lay(spaces);
    await losePackets(spaces, hardship.drops ?? []);
    const { image = "debian-13", place, armed = false, add = ["--firmware", "uefi"] } = hardship;
    const served = hardship.without ? await treeWithout(image, hardship.without, spaces.desk) : image;
    const serving = await serve(spaces, { state, place: { says: "", ...place }, image: served });
    await putOnRecord(serving, { add, armed, image });
    await hardship.later?.(spaces);
    const events = await untilSaid(hardship, serving, spaces);
    const found = diagnose(events, hardship.others);
    if (found === undefined || !hardship.says.test(found.says))
      return `it is said: ${found?.says ?? "nothing"}`;
    writeFileSync(join(CAPTURES, `${id}.jsonl`), captureOf(hardship, found.says, events));
    return undefined;
  } finally {
    await opened.stop();
  }
}

async function losePackets(spaces: TwoSpaces, drops: readonly string[]): Promise<void> {
  const rules = drops.map((rule) => `add rule inet t ${rule} drop;`).join(" ");
  const hooks = { in: "input", out: "output" } as const;
  const chains = Object.entries(hooks).map(
    ([name, hook]) => `add chain inet t ${name} { type filter hook ${hook} priority 0; };`,
  );
  const { code, output } = await spaces.server(["nft", `add table inet t; ${chains.join(" ")} ${rules}`]);
  if (code !== 0) throw new Error(output);
}

async function treeWithout(image: string, file: string, desk: string): Promise<string> {
  const tree = join(desk, "tree");
  const { root } = await findImage(image, CACHE);
  cpSync(root, tree, { recursive: true, verbatimSymlinks: true });
  rmSync(join(tree, file));
  return tree;
}

/** Its events, once it is said and stays so, or when it is too late. */
async function untilSaid(hardship: Hardship, { timeline }: Serving, spaces: TwoSpaces): Promise<Observed[]> {
  const at = { desk: spaces.desk, mac: MAC, tap: "t0", serial: "null" };
  const qemu = spaces.begin("client", qemuArgv(hardship.firmware, at));
  const look = async () => (await timeline()) as unknown as Observed[];
  const until = performance.now() + WITHIN_MS;
  let since: number | undefined;
  try {
    for (;;) {
      await pause(LOOK_EVERY_MS);
      const events = await look();
      if (hardship.powerCut && events.some(hardship.powerCut)) qemu.kill("SIGKILL");
      const now = performance.now();
      const isSaid = hardship.says.test(diagnose(events, hardship.others)?.says ?? "");
      since = isSaid ? (since ?? now) : undefined;
      const isOver = now > until || stopping.signal.aborted;
      if (isOver || (since !== undefined && now - since > HOLDS_MS)) return events;
    }
  } finally {
    qemu.kill("SIGKILL");
  }
}

function captureOf(hardship: Hardship, says: string, events: readonly Observed[]): string {
  const versions = ["ovmf", "qemu-efi-arm", "ipxe-qemu", "dnsmasq-base", "radvd", "qemu-system-x86"];
  const { stdout } = spawnSync("dpkg-query", ["-W", ...versions], { encoding: "utf8" });
  const made = stdout.trim().replaceAll("\t", " ").replaceAll("\n", ", ");
  const from = `${firmwareWords(hardship.firmware)}, ${hardship.with} (${made}), recorded ${today()}`;
  const head = { from, expect: says, ...(hardship.others && { others: hardship.others }) };
  const told = events.filter(({ kind }) => /^(dhcp|tftp|http)\./.test(kind));
  const first = told[0]?.at ?? 0;
  const lines = told.map(({ kind, at, says: words, detail }) => ({
    kind,
    at: at - first,
    says: words,
    detail,
  }));
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
