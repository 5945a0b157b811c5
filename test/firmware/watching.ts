import type { ChildProcess } from "node:child_process";
import { MachineConsole } from "../../src/console/console.ts";
import type { SightingId } from "../../src/console/core/sightings.ts";

/** What must be seen on the serial console: something recognised, or words as they were written. */
export type Proof = { readonly seen: SightingId; readonly subject?: RegExp } | { readonly text: RegExp };

/** A machine's serial line, read as the service reads it. */
export type Watching = {
  /** Waits until it is done, too late or stopped, or QEMU ends, which it tells. */
  readonly until: (
    done: () => boolean,
    withinMs: number,
    stopped: AbortSignal,
  ) => Promise<string | undefined>;
  readonly missing: (proofs: readonly Proof[]) => readonly Proof[];
  readonly seen: () => readonly string[];
  readonly screen: () => readonly string[];
  readonly stop: () => Promise<void>;
};

const ESCAPES = new RegExp(`${String.fromCharCode(27)}(\\[[0-9;?=]*[A-Za-z]|[()].|.)`, "g");
const MOST_TEXT = 1 << 20;
const LOOK_EVERY_MS = 50;

export function watch(machine: string, qemu: ChildProcess, recordings: string): Watching {
  const sightings: { id: string; subject: string }[] = [];
  let text = "";
  let complaint = "";
  qemu.stderr!.on("data", (bytes: Buffer) => {
    complaint = (complaint + bytes.toString()).slice(-1000);
  });
  let ended: string | undefined;
  qemu.once("error", (error) => {
    ended = error.message;
  });
  qemu.once("exit", (code, signal) => {
    ended = `QEMU ended (${signal ?? code}): ${complaint.trim()}`;
  });
  const console = new MachineConsole({
    ...{ machine, recordings, now: Date.now, changed: () => {} },
    source: {
      openConsole: async (on) => {
        qemu.stdout!.on("data", (bytes: Buffer) => {
          text = (text + bytes.toString("latin1")).slice(-MOST_TEXT);
          on.bytes(bytes);
        });
        return { write: () => {}, sendBreak: () => {}, close: async () => on.ended("it is closed") };
      },
    },
    observe: ({ kind, detail = {} }) => {
      if (kind !== "console.sighting") return;
      sightings.push({ id: String(detail.sighting), subject: String(detail.subject) });
    },
  });
  const holds = (proof: Proof): boolean =>
    "text" in proof
      ? proof.text.test(text.replace(ESCAPES, ""))
      : sightings.some(({ id, subject }) => id === proof.seen && (proof.subject?.test(subject) ?? true));
  return {
    until: async (done, withinMs, stopped) => {
      const deadline = performance.now() + withinMs;
      while (!done() && ended === undefined && !stopped.aborted && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      return ended;
    },
    missing: (proofs) => proofs.filter((proof) => !holds(proof)),
    seen: () => sightings.map(({ id, subject }) => `${id} (${subject})`),
    screen: () => console.lines(),
    stop: () => console.stop(),
  };
}
