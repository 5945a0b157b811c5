import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A UDP relay on loopback in front of a BMC: told to pause, it keeps what comes either way for that long, once. */
export async function startLateRelay(serverPort: number) {
  const timers = new Set<NodeJS.Timeout>();
  const backs = new Map<number, Socket>(); // one for each client's port, so that answers find their way
  let pause = { ms: 0, until: 0, held: 0 };
  const late = (send: () => void) => {
    if (pause.ms > 0) pause = { ms: 0, until: Date.now() + pause.ms, held: 0 };
    const restMs = pause.until - Date.now();
    if (restMs <= 0) return send();
    pause.held += 1;
    const timer = setTimeout(() => {
      timers.delete(timer);
      send();
    }, restMs);
    timers.add(timer);
  };
  const front = createSocket("udp4");
  front.on("message", (bytes, client) => {
    let back = backs.get(client.port);
    if (back === undefined) {
      back = createSocket("udp4").on("message", (answer) =>
        late(() => front.send(answer, client.port, client.address)),
      );
      backs.set(client.port, back);
    }
    const to = back;
    late(() => to.send(bytes, serverPort, "127.0.0.1"));
  });
  front.bind(0, "127.0.0.1");
  await once(front, "listening");
  return {
    port: front.address().port,
    /** From the next packet on. */
    pauseOnce: (ms: number) => {
      pause = { ms, until: 0, held: 0 };
    },
    held: () => pause.held,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of [front, ...backs.values()]) socket.close();
    },
  };
}
