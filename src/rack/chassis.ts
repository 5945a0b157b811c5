import { createServer, type Server } from "node:net";
import { reason } from "../base/fault.ts";
import { listening } from "./cable.ts";
import { BOOT_WORDS, type BootWord } from "./core/qemu-argv.ts";
import { CHASSIS_SOCKET } from "./core/sim-config.ts";
import type { Machine } from "./machine.ts";
import { onLines } from "./socket-lines.ts";

/**
 * Answers the BMCs' chassis program: one line in (`m1 set power 1`), the exit status and what to print out.
 */
export async function serveChassis(machines: ReadonlyMap<string, Machine>): Promise<Server> {
  const server = createServer((socket) => {
    onLines(socket, (line) => {
      const [name = "", ...words] = line.split(" ");
      const machine = machines.get(name);
      const answer =
        machine === undefined ? Promise.reject(new Error(`no machine ${name}`)) : act(machine, words);
      answer.then(
        (prints) => socket.end(`0\n${prints}`),
        (failure: unknown) => socket.end(`1\n${reason(failure)}\n`),
      );
    });
  });
  await listening(server, CHASSIS_SOCKET);
  return server;
}

async function act(machine: Machine, [verb, what, value]: readonly string[]): Promise<string> {
  if (verb === "get" && what === "power") return `power:${machine.pid === undefined ? 0 : 1}\n`;
  if (verb === "get" && what === "boot") return `boot:${machine.boot}\n`;
  if (verb !== "set") throw new Error(`${verb} ${what} is not offered`);
  await set(machine, what ?? "", value ?? "");
  return "";
}

async function set(machine: Machine, what: string, value: string): Promise<void> {
  if (what === "power") return value === "1" ? machine.on() : machine.off();
  if (what === "boot" && isBootWord(value)) {
    machine.boot = value;
    return;
  }
  if (what === "reset" && (await machine.reset())) return;
  if (what === "shutdown" && machine.soft()) return;
  throw new Error(
    `${what} ${value} is not possible while the power is ${machine.pid === undefined ? "off" : "on"}`,
  );
}

const isBootWord = (word: string): word is BootWord => BOOT_WORDS.some((known) => known === word);
