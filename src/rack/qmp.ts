import { createServer, type Server, type Socket } from "node:net";
import { listening } from "./cable.ts";
import { onLines } from "./socket-lines.ts";

type Event = { readonly event: string; readonly data?: { readonly reason?: string } };

/** QEMU's monitor, the holder's end. QEMU connects at its start; each start is greeted anew. */
export class Monitor {
  readonly #server: Server;
  readonly #heard: (event: Event) => void;
  #qemu: Socket | undefined;

  private constructor(heard: (event: Event) => void) {
    this.#heard = heard;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  static async open(path: string, heard: (event: Event) => void): Promise<Monitor> {
    const monitor = new Monitor(heard);
    await listening(monitor.#server, path);
    return monitor;
  }

  /** Says it and does not wait; false when no QEMU listens. */
  say(execute: string, given: Record<string, string> = {}): boolean {
    if (this.#qemu === undefined) return false;
    this.#qemu.write(`${JSON.stringify({ execute, arguments: given })}\n`);
    return true;
  }

  close(): void {
    this.#qemu?.destroy();
    this.#server.close();
  }

  #greet(socket: Socket): void {
    this.#qemu = socket;
    socket.on("close", () => {
      if (this.#qemu === socket) this.#qemu = undefined;
    });
    onLines(socket, (line) => {
      const message = JSON.parse(line) as Partial<Event>;
      if (message.event !== undefined) this.#heard(message as Event);
    });
    this.say("qmp_capabilities");
  }
}
