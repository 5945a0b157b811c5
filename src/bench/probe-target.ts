import { Fault } from "../base/fault.ts";
import type { Read } from "../base/read.ts";
import { latin1, printable } from "../base/text.ts";
import type { Host } from "../host/host.ts";
import {
  type DeviceWish,
  type DirectoryWish,
  describeDevice,
  devicePath,
  judgeDevice,
  judgeDirectory,
} from "./core/target.ts";
import { readDeviceFacts, readDirectoryFacts } from "./core/target-facts.ts";
import { DEVICE_SCRIPT, DIRECTORY_SCRIPT } from "./core/target-script.ts";

const WITHIN_MS = 30_000; // a sleeping disk wakes within ten seconds

/** Throws the `Fault` that says why not; returns when the directory may hold a bench's files. */
export async function guardDirectory(
  host: Host,
  wish: Omit<DirectoryWish, "host">,
  signal?: AbortSignal,
): Promise<void> {
  const facts = await askAbout(host, wish.directory, {
    script: DIRECTORY_SCRIPT,
    words: [],
    read: readDirectoryFacts,
    signal,
  });
  const refusal = judgeDirectory(facts, { ...wish, host: host.name });
  if (refusal !== undefined) throw refusal;
}

export type GuardedDevice = { readonly node: string; readonly bytes: number; readonly what: string };

/** The device as the kernel names it now, when nothing speaks against this job on it; else throws the `Fault`. */
export async function guardDevice(
  host: Host,
  wish: Omit<DeviceWish, "host">,
  signal?: AbortSignal,
): Promise<GuardedDevice> {
  const facts = await askAbout(host, devicePath(wish.device), {
    script: DEVICE_SCRIPT,
    words: [wish.writes ? "writes" : "reads"],
    read: readDeviceFacts,
    signal,
  });
  const refusal = judgeDevice(facts, { ...wish, host: host.name });
  if (refusal !== undefined) throw refusal;
  return { node: facts.node, bytes: facts.bytes, what: describeDevice(facts) };
}

type Asked<T> = {
  readonly script: string;
  readonly words: readonly string[];
  readonly read: (text: string) => Read<T>;
  readonly signal: AbortSignal | undefined;
};

async function askAbout<T>(
  host: Host,
  target: string,
  { script, words, read, signal }: Asked<T>,
): Promise<T> {
  const ran = await host.run({
    argv: ["sh", "-s", "--", target, ...words],
    input: script,
    withinMs: WITHIN_MS,
    ...(signal !== undefined && { signal }),
  });
  const facts = read(latin1(ran.stdout));
  if (facts.ok) return facts.value;
  const said = printable(latin1(ran.stderr).trim().split("\n").at(-1) ?? "");
  const why = said === "" ? facts.flaw : `${facts.flaw} (${said})`;
  throw new Fault("bench.target-not-known", { target, host: host.name, why });
}
