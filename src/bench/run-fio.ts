import { Fault } from "../base/fault.ts";
import { latin1, printable } from "../base/text.ts";
import type { Command, Host, Ran } from "../host/host.ts";
import { BUNDLE_SCRIPT, readBundle } from "./core/bundle.ts";
import { COUNTERS_SCRIPT, type Counts, readCounters } from "./core/counters.ts";
import { type FioStatus, readFioStatus } from "./core/fio-status.ts";

export type FioWish = {
  readonly id: string; // names the directory there
  readonly job: string; // ready to be run in the directory it is started in
  readonly directory: string; // the whole path, from `wholePath`
  readonly device?: HeldDevice;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly seen: (status: FioStatus) => void;
};
/** Nobody else may claim it meanwhile: mount it, swap on it. */
export type HeldDevice = { readonly node: string; readonly writes: boolean };
export type FioRan = {
  readonly files: ReadonlyMap<string, Uint8Array>; // out.json and the logs
  readonly before: Counts;
  readonly after: Counts;
  readonly tookMs: number;
};

const SOON_MS = 60_000;
const INSTALLS_WITHIN_MS = 10 * 60_000;
const MOST_BYTES = 256 << 20;

/** One fio, once: in a directory of its own there, which is gone afterwards, with every process of it. */
export async function runFio(host: Host, wish: FioWish): Promise<FioRan> {
  const { id, job, signal, seen, device, directory: base } = wish;
  const place = `${base === "/" ? "" : base}/rackhand-bench-${id}`;
  const ask = (script: string, more: Partial<Command> = {}) =>
    host.run({ argv: ["sh", "-c", script, "sh", place], withinMs: SOON_MS, signal, ...more });
  const keeper = await keepPlace(host, { base, place, signal });
  try {
    const made = await ask('cat > "$1/job.fio"', { input: job });
    if (!isFine(made)) throw refusal(host, base, made);
    const counters = async () => {
      const argv = ["sh", "-c", COUNTERS_SCRIPT, "sh", device?.node ?? place] as const;
      return readCounters(latin1((await host.run({ argv, withinMs: SOON_MS, signal })).stdout));
    };
    const before = await counters();
    const ran = await ask(device === undefined ? FIO : HELD, {
      ...(device !== undefined && { env: { NODE: device.node, WAY: device.writes ? "writes" : "reads" } }),
      cwd: place,
      withinMs: wish.withinMs,
      heard: (bytes, from) => {
        const status = from === "stdout" ? readFioStatus(latin1(bytes)) : undefined;
        if (status !== undefined) seen(status);
      },
      mostBytes: 4 << 20,
    });
    const after = await counters();
    const said = complaints(ran);
    if (!isFine(ran) || said.some((line) => /refus/i.test(line))) throw failed(host, endWords(ran, said));
    const brought = await ask(BUNDLE_SCRIPT, { cwd: place, withinMs: 10 * SOON_MS, mostBytes: MOST_BYTES });
    const files = readBundle(brought.stdout);
    if (!files.ok) throw failed(host, files.flaw);
    return { files: files.value, before, after, tookMs: ran.tookMs };
  } finally {
    await keeper.ends();
  }
}

const WORDS = "fio --output-format=json+ --output=out.json --eta=always --eta-newline=5 job.fio";
const FIO = `exec ${WORDS}`;
/** perl becomes fio, which keeps what perl opened; only perl, of Debian's essential packages, opens with O_EXCL. */
const HELD = `exec perl -MFcntl -e '
  $^F = 255;
  my $way = ($ENV{WAY} eq "writes" ? O_RDWR : O_RDONLY) | O_EXCL;
  sysopen(my $held, $ENV{NODE}, $way) or die "$ENV{NODE} cannot be had for one alone: $!\\n";
  exec @ARGV or die "$ARGV[0]: $!\\n"' ${WORDS}`;
const failed = (host: Host, why: string) => new Fault("bench.fio-failed", { host: host.name, why });
const isFine = ({ end }: Ran): boolean => end.is === "exit" && end.status === 0;
const lines = (bytes: Uint8Array): string[] =>
  latin1(bytes)
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "");

/** What fio says besides how far it is; it says the same on both streams. */
const complaints = ({ stdout, stderr }: Ran): string[] => [
  ...new Set([...lines(stderr), ...lines(stdout)].filter((line) => !line.startsWith("Jobs: "))),
];

function endWords({ end }: Ran, said: readonly string[]): string {
  if (said.length > 0) return printable(said.slice(0, 2).join("; "), 300);
  if (end.is === "late") return "it took longer than it was given, see --within";
  return end.is === "exit" ? `it ended with ${end.status}` : `it was ended (${end.is})`;
}

function refusal(host: Host, directory: string, ran: Ran): Fault {
  const why = printable(lines(ran.stderr).at(-1) ?? "no reason was said", 300);
  return new Fault("bench.directory", { host: host.name, directory, why });
}

/** The whole path of where it may write. */
export async function wholePath(
  host: Host,
  directory: string | undefined, // not said: $TMPDIR there, else /var/tmp
  signal: AbortSignal,
): Promise<string> {
  const script = `cd "\${1:-\${TMPDIR:-/var/tmp}}" && pwd -P`;
  const argv = ["sh", "-c", script, "sh", directory ?? ""] as const;
  const ran = await host.run({ argv, withinMs: SOON_MS, signal });
  if (isFine(ran)) return latin1(ran.stdout).replace(/\n$/, "");
  throw refusal(host, directory ?? "$TMPDIR", ran);
}

/**
 * Each process of a job begins a session of its own, so neither a signal to the group nor the end of
 * the first one reaches it: they are known by the directory that they work in.
 */
const CLEAN = `
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  living=
  for process in /proc/[0-9]*; do
    { read -r name < "$process/comm"; } 2>/dev/null || continue
    [ "$name" = fio ] && [ "$(readlink "$process/cwd")" = "$1" ] || continue
    living=yes
    kill -9 "\${process#/proc/}"
  done
  [ -z "$living" ] && break
  sleep 0.2
done
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;
const KEEP = `mkdir -m 700 "$1" || exit 1; echo kept; while read -r word; do :; done${CLEAN}`;

/** Makes the directory, and leaves a shell there that removes it, with all that runs in it, once we are gone: also when we are killed. */
async function keepPlace(
  host: Host,
  { base, place, signal }: { base: string; place: string; signal: AbortSignal },
): Promise<{ ends: () => Promise<void> }> {
  const hung = new AbortController();
  let release = () => {};
  const inputUntil = new Promise<void>((settle) => {
    release = settle;
  });
  let isKept = () => {};
  const kept = new Promise<undefined>((settle) => {
    isKept = () => settle(undefined);
  });
  const shell = host.run({
    argv: ["sh", "-c", KEEP, "sh", place],
    ...{ inputUntil, heard: isKept, withinMs: FOR_EVER_MS, signal: hung.signal },
  });
  const ends = async () => {
    release();
    const limit = setTimeout(() => hung.abort(new Error("it hangs")), SOON_MS);
    const ended = await shell.catch(() => undefined);
    clearTimeout(limit);
    if (ended === undefined || !isFine(ended)) await clean(host, place);
  };
  const stop = () => release();
  signal.addEventListener("abort", stop, { once: true });
  const refused = await Promise.race([shell, kept]).finally(() => signal.removeEventListener("abort", stop));
  if (refused !== undefined && !isFine(refused)) throw refusal(host, base, refused);
  if (signal.aborted) await ends();
  signal.throwIfAborted();
  return { ends };
}
const FOR_EVER_MS = 2 ** 31 - 1; // it ends with us

/** Where nobody is left there to do it. Also when it was called off, so without its signal. */
async function clean(host: Host, place: string): Promise<void> {
  const left = (why: string, cause?: unknown) =>
    new Fault("bench.left-behind", { host: host.name, place, why }, cause);
  const ran = await host.run({ argv: ["sh", "-c", CLEAN, "sh", place], withinMs: SOON_MS }).catch((error) => {
    throw error instanceof Fault ? left(error.says, error) : error;
  });
  if (!isFine(ran)) throw left(printable(lines(ran.stderr).at(-1) ?? ran.end.is));
}

/** Its version; nothing when there is none. */
export async function fioVersion(host: Host, signal: AbortSignal): Promise<string | undefined> {
  const ran = await host.run({ argv: ["fio", "--version"], withinMs: SOON_MS, signal });
  return isFine(ran) ? printable(latin1(ran.stdout).trim(), 40) : undefined;
}

export async function installFio(host: Host, signal: AbortSignal): Promise<void> {
  const ran = await host.run({
    argv: ["apt-get", "install", "-y", "fio"],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    withinMs: INSTALLS_WITHIN_MS,
    signal,
  });
  if (isFine(ran)) return;
  const why = printable(lines(ran.stderr).at(-1) ?? `apt-get ended (${ran.end.is})`, 300);
  throw new Fault("bench.fio-not-installed", { host: host.name, why });
}
