#!/usr/bin/env node
import "./main/small-heap.ts";
import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { run } from "./cli/run.ts";
import type { Asks, Terminal, World } from "./cli/world.ts";
import { localWork } from "./main/local.ts";
import { findPlace, notedService } from "./main/place.ts";
import { listenForSignals } from "./main/signals.ts";

/** `rackhand … | head` has read enough; that is no failure of ours. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const place = findPlace(process.env, process.getuid?.() ?? 0);
const signals = listenForSignals();

/** Looked up when first asked: the service may have been started by then. */
const service = async (): Promise<Asks> => {
  const { remote } = await import("./cli/remote.ts"); // most of a start, and not every verb asks
  return remote(process.env.RACKHAND_URL ?? notedService(place.state) ?? "http://127.0.0.1:7623", whoAmI());
};

const screen = {
  width: process.stdout.isTTY ? process.stdout.columns : 80,
  colours: process.stdout.isTTY && !process.env.NO_COLOR, // no-color.org
};
const world: World = {
  api: {
    ask: async (row, question) => (await service()).ask(row, question),
    stream: async (row, question, on) => (await service()).stream(row, question, on),
  },
  local: localWork(place, signals, whoAmI(), screen),
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  width: process.stdout.isTTY ? process.stdout.columns : 1000,
  now: Date.now,
  terminal: process.stdin.isTTY && process.stdout.isTTY ? terminal() : undefined,
  confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : undefined,
  who: whoAmI(),
  stopped: signals.stopped,
};

process.exitCode = await run(process.argv.slice(2), place.version, world);
process.stdin.pause();

/** Anything but a yes is a no. */
async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal: signals.stopped });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false; // ctrl-C
  } finally {
    reader.close();
  }
}

/** In containers a user may have a number and no name. */
function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

function terminal(): Terminal {
  return {
    raw: (on) => {
      process.stdin.setRawMode(on);
      if (!on) process.stdin.pause();
    },
    typed: (hear) => void process.stdin.on("data", hear),
    write: (bytes) => void process.stdout.write(bytes),
  };
}
