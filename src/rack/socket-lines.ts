import type { Socket } from "node:net";
import { createInterface } from "node:readline";

/** Lines from a socket whose other end may be killed at any time: then it is closed, and that is all. */
export function onLines(socket: Socket, hear: (line: string) => void): void {
  const close = () => socket.destroy();
  socket.on("error", close);
  // readline passes its input's errors on, and an error that nobody hears ends the process
  createInterface({ input: socket }).on("error", close).on("line", hear);
}
