import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import { reason } from "../../src/base/fault.ts";
import { diagnose } from "../../src/boot/core/diagnosis/diagnose.ts";
import { cleanPath } from "../../src/boot/core/http-request.ts";
import { findImage } from "../../src/image/find-image.ts";
import { Stack } from "../../src/main/stack.ts";
import { packetsIn } from "../support/pcap.ts";
import { PLACE, type Recording, writeRecording } from "../support/recording.ts";
import { replayed } from "../support/replay-boot.ts";
import { openTwoSpaces, type TwoSpaces } from "../support/two-spaces.ts";
import { firmwareWords, qemuArgv } from "./firmwares.ts";
import { HARDSHIPS, type Hardship } from "./hardships.ts";
import { haveImages } from "./have-images.ts";
import { forgetPeers } from "./places.ts";
import { MAC, putOnRecord, type Serving, serve } from "./serving.ts";
import { CACHE, freshState } from "./starting.ts";

/**
 * `node --import tsx test/firmware/record-why.ts [PATTERN]`, as root, with tcpdump: boots each hardship until the
 * service says of it what it should, and keeps the packets that it said it from in captures/why, once they make it
 * say so again. Exit 1: one was not said.
 */
const CAPTURES = join(import.meta.dirname, "../../captures/why");
const KEA = "kea-dhcp4-server";
const [LOOK_EVERY_MS, WITHIN_MS] = [2000, 240_000];
const HEARD = "(inbound and (arp or udp or tcp dst port 80)) or (outbound and udp dst port 67)";
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
forgetPeers();

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
    const wire = join(spaces.desk, "wire.pcap");
    const how = ["-i", PLACE.card, "-p", "--immediate-mode", "-U", "-Z", "root", "-w", wire];
    await spaces.stays("server", ["tcpdump", ...how, HEARD], "listening on");
    const serving = await serve(spaces, { state, place: { says: "", ...place }, image: served });
    await hardship.later?.(spaces); // soon, for the service's own search is over in some seconds
    await putOnRecord(serving, { add, armed, image });
    const { says, until } = await untilSaid(hardship, serving, spaces);
    if (!hardship.says.test(says)) return `it is said: ${says || "nothing"}`;
    const packets = packetsIn(readFileSync(wire)).filter(({ at }) => at <= until);
    const files = filesIn(await serving.timeline());
    const recording = recordingOf(hardship, says, { packets, until, files });
    const again = await replayed(recording);
    const itsPackets = diagnose(again.events, again.others)?.says;
    if (itsPackets !== says) return `"${says}", but its packets say: ${itsPackets ?? "nothing"}`;
    writeFileSync(join(CAPTURES, `${id}.hex`), writeRecording(recording));
    return undefined;
  } finally {
    await opened.stop();
  }
}

/** In the cable: what is lost there was sent, and is not heard. */
async function losePackets(spaces: TwoSpaces, drops: readonly string[]): Promise<void> {
  const rules = drops.map((rule) => `add rule netdev t ${rule} drop;`).join(" ");
  const hooks = { in: "egress", out: "ingress" } as const;
  const chains = Object.entries(hooks).map(
    ([name, hook]) => `add chain netdev t ${name} { type filter hook ${hook} device c0 priority 0; };`,
  );
  const { code, output } = await spaces.client(["nft", `add table netdev t; ${chains.join(" ")} ${rules}`]);
  if (code !== 0) throw new Error(output);
}

async function treeWithout(image: string, file: string, desk: string): Promise<string> {
  const tree = join(desk, "tree");
  const { root } = await findImage(image, CACHE);
  cpSync(root, tree, { recursive: true, verbatimSymlinks: true });
  rmSync(join(tree, file));
  return tree;
}

/** What is said and until when it was, once it is what it should be and stays so, or when it is too late. */
async function untilSaid(hardship: Hardship, { why, timeline }: Serving, spaces: TwoSpaces) {
  const at = { desk: spaces.desk, mac: MAC, tap: "t0", serial: "null" };
  const qemu = spaces.begin("client", qemuArgv(hardship.firmware, at));
  const tooLate = performance.now() + WITHIN_MS;
  let since: number | undefined;
  try {
    for (;;) {
      await pause(LOOK_EVERY_MS);
      if (hardship.powerCut && (await timeline()).some(hardship.powerCut)) qemu.kill("SIGKILL");
      const says = await why();
      const [now, until] = [performance.now(), Date.now()];
      const isSaid = hardship.says.test(says);
      since = isSaid ? (since ?? now) : undefined;
      const isOver = now > tooLate || stopping.signal.aborted;
      if (isOver || (since !== undefined && now - since > HOLDS_MS)) return { says, until };
    }
  } finally {
    qemu.kill("SIGKILL");
  }
}

/** The sizes of what it loaded, whole or not. */
function filesIn(timeline: readonly TimelineEvent[]): Map<string, number> {
  const loads = timeline.filter(({ kind }) => kind === "tftp.began" || kind === "http.ended");
  return new Map(loads.map(({ detail }) => [cleanPath(String(detail?.file)), Number(detail?.bytes)]));
}

type Heard = {
  readonly packets: Recording["packets"];
  readonly until: number;
  readonly files: Recording["files"];
};

function recordingOf(hardship: Hardship, says: string, { packets, until, files }: Heard): Recording {
  const first = packets[0]?.at ?? until;
  return {
    from: `${firmwareWords(hardship.firmware)}, ${hardship.with} (${madeOf()}), recorded ${today()} with tcpdump`,
    expect: says,
    settings: hardship.place.segment.split("\n").filter((line) => line !== ""),
    loader: hardship.add?.includes("ipxe") ? "ipxe" : "auto",
    files,
    untilMs: until - first,
    packets: packets.map((packet) => ({ ...packet, at: packet.at - first })),
  };
}

function madeOf(): string {
  const versions = [
    "ovmf",
    "qemu-efi-arm",
    "ipxe-qemu",
    "dnsmasq-base",
    "radvd",
    "isc-dhcp-relay",
    "qemu-system-x86",
  ];
  const { stdout } = spawnSync("dpkg-query", ["-W", ...versions], { encoding: "utf8" });
  const kea = spawnSync("apt-cache", ["show", "--no-all-versions", KEA], { encoding: "utf8" }); // fetched, not installed
  const [, keaVersion] = /^Version: (.+)$/m.exec(kea.stdout) ?? [];
  return `${stdout.trim().replaceAll("\t", " ").replaceAll("\n", ", ")}, ${KEA} ${keaVersion}`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
