import { closeSync, openSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { listening } from "./cable.ts";
import type { BootWord } from "./core/qemu-argv.ts";
import { onLines } from "./socket-lines.ts";

export const CONTROL_SOCKET = "control.sock";
const ANSWERS_WITHIN_MS = 15_000;

export type MachineStatus = {
  readonly name: string;
  readonly power: "on" | "off";
  readonly nextBoot: BootWord;
  readonly pid?: number; // QEMU's, as the rack's own pid namespace counts
};
export type RackStatus = { readonly machines: readonly MachineStatus[] };
export type Ask = "status" | "stop";

/** The holder's control line: one JSON line asks, one answers. */
export async function serveControl(answer: (ask: Ask) => Promise<RackStatus>): Promise<Server> {
  const server = createServer((socket) => {
    onLines(socket, async (line) => {
      const ask: Ask = line.includes('"stop"') ? "stop" : "status";
      socket.end(`${JSON.stringify(await answer(ask))}\n`);
    });
  });
  await listening(server, CONTROL_SOCKET);
  return server;
}

/** `undefined` when no holder listens there. */
export function askHolder(directory: string, ask: Ask): Promise<RackStatus | undefined> {
  // a socket's path has at most 107 bytes (unix(7)): an open directory makes any path short
  const at = openSync(directory, "r");
  return new Promise<RackStatus | undefined>((resolve, reject) => {
    const socket = connect(`/proc/self/fd/${at}/${CONTROL_SOCKET}`);
    let heard = "";
    socket.setTimeout(ANSWERS_WITHIN_MS, () =>
      socket.destroy(new Error("the rack's holder does not answer")),
    );
    socket.on("error", (failure: NodeJS.ErrnoException) => {
      if (failure.code === "ENOENT" || failure.code === "ECONNREFUSED") resolve(undefined);
      else reject(failure);
    });
    socket.on("data", (bytes) => {
      heard += bytes.toString();
    });
    socket.on("end", () => (heard === "" ? resolve(undefined) : resolve(JSON.parse(heard) as RackStatus)));
    socket.write(`${JSON.stringify({ do: ask })}\n`);
  }).finally(() => closeSync(at));
}
