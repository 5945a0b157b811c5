import type { Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { closeUdp } from "./sockets.ts";

type Asking = {
  readonly socket: Socket; // closed afterwards, however it ends
  readonly bytes: Uint8Array;
  readonly to: { readonly address: string; readonly port: number };
  readonly withinMs: number;
};

/** Asks at the beginning and after a third of the time, for one packet may be lost. Rejects when it is told to stop. */
export async function askTwice({ socket, bytes, to, withinMs }: Asking, signal?: AbortSignal): Promise<void> {
  try {
    for (const part of [1 / 3, 2 / 3]) {
      const sent = await new Promise<Error | null>((resolve) =>
        socket.send(bytes, to.port, to.address, resolve),
      );
      if (sent) throw sent;
      await pause(withinMs * part, undefined, { ...(signal && { signal }) });
    }
  } finally {
    await closeUdp(socket);
  }
}

export const addressesHere = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)));
