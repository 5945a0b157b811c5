import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";

/** What else than the thing measured decides about a reading. `settings` are those of the beginning. */
export type Environment = {
  readonly settings: Readonly<Partial<Record<Setting, string>>>;
  readonly before: Moment | null; // null: it was not told
  readonly after: Moment | null;
};
export const NOTHING_KNOWN: Environment = { settings: {}, before: null, after: null };
export type Moment = {
  readonly load: number | null; // of one minute
  readonly hottest: number | null; // degrees Celsius, of all sensors
  readonly throttled: number | null; // how often processors were slowed down for heat, since boot
  readonly rebuilding: boolean; // a software RAID
  readonly diskBytesPerSecond: number | null; // of the target's disks
  readonly busy: readonly Busy[];
};
/** A process that had more than a little of one processor. */
export type Busy = { readonly name: string; readonly part: number };

/** What must be alike for two readings to be compared, in the words of a warning. */
export const SETTINGS = {
  kernel: "kernel",
  arch: "architecture",
  processor: "processor",
  processors: "number of processors",
  memory: "memory",
  machine: "metal or virtual",
  governor: "CPU frequency governor",
  turbo: "turbo",
  threads: "hyper-threading",
  "huge-pages": "transparent huge pages",
  vulnerable: "CPU vulnerabilities left open",
  fio: "fio",
  "file-system": "file system",
  "mount-options": "mount options",
  disk: "disk",
  "disk-firmware": "disk's firmware",
  scheduler: "I/O scheduler",
  "queue-rotational": "rotational",
  "queue-nr-requests": "queue's nr_requests",
  "queue-read-ahead-kb": "read-ahead in KiB",
  "queue-max-sectors-kb": "queue's max_sectors_kb",
  "queue-write-cache": "disk's write cache",
  "queue-wbt-lat-usec": "write-back throttling in µs",
  "queue-nomerges": "queue's nomerges",
  smart: "SMART's verdict",
} as const;
export type Setting = keyof typeof SETTINGS;

const LEAST_BUSY = 0.1; // of one processor
const MOST_BUSY_NAMED = 5;

export type Looked = Pick<Environment, "settings"> & { readonly moment: Moment };

/** Lines of a host's answer; what it does not know is missing. */
export function readEnvironment(text: string): Read<Looked> {
  const said = text.split("\n").map((line) => line.split(" "));
  if (!said.some(([key]) => key === "end")) return flaw("the questions were not answered to the end");
  const settings: Partial<Record<Setting, string>> = {};
  for (const [key, name, ...words] of said) {
    const value = printable(words.join(" ").trim(), 500);
    if (key === "set" && Object.hasOwn(SETTINGS, name!) && value !== "") settings[name as Setting] = value;
  }
  return ok({ settings, moment: momentOf(said) });
}

function momentOf(said: readonly (readonly string[])[]): Moment {
  const of = (key: string) => said.filter(([first]) => first === key);
  const number = (words: string | undefined) =>
    words === undefined || words === "" ? Number.NaN : Number(words);
  const one = (key: string) => known(number(of(key)[0]?.[1]));
  const [early, late] = [1, 2].map((look) => number(of("uptime").find(([, at]) => at === `${look}`)?.[2]));
  const passed = late! - early!;
  const degrees = of("temperature").map(([, value]) => number(value) / 1000);
  const plausible = degrees.filter((value) => value > 0 && value < 150); // sensors that are not wired say -128 or 255
  const moved = of("transferred").map(([, look, bytes]) => (look === "2" ? 1 : -1) * number(bytes));
  return {
    load: one("load"),
    hottest: plausible.length === 0 ? null : Math.max(...plausible),
    throttled: one("throttled"),
    rebuilding: of("rebuilding").length > 0,
    diskBytesPerSecond: moved.length === 0 ? null : known(sum(moved) / passed),
    busy: busyOf(of("process"), passed * (one("tick") ?? 100)),
  };
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function busyOf(processes: readonly (readonly string[])[], ticks: number): Busy[] {
  const before = new Map(
    processes.filter(([, look]) => look === "1").map(([, , pid, used]) => [pid, Number(used)]),
  );
  return processes
    .filter(([, look, pid]) => look === "2" && before.has(pid))
    .map(([, , pid, used, name = ""]) => ({
      name: printable(name, 16),
      part: (Number(used) - before.get(pid)!) / ticks,
    }))
    .filter(({ part }) => part >= LEAST_BUSY)
    .sort((a, b) => b.part - a.part)
    .slice(0, MOST_BUSY_NAMED)
    .map(({ name, part }) => ({ name, part: Number(part.toFixed(2)) }));
}
