import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { isIpv6 } from "../base/address.ts";
import { type Ipv4, readIpv4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import type { Order, Told } from "./transfer-loop.ts";
import type { Assignment, Ended, Running, Transfers } from "./transfers.ts";
import { hasUdpCalls, openWaker } from "./udp-calls.ts";

const UP_WITHIN_MS = 5_000;
const DOWN_WITHIN_MS = 2_000;

const LIMITS = {
  unusedMs: 60_000, // then the thread and its memory go
  waitFromBytes: 4 << 20, // what is shorter is there by the other way before a thread is up
};

/**
 * Transfers in a thread of their own, started with the first and ended when none came for a while. What is
 * not in memory, IPv6, what is short while the thread starts, and everything when it does not come up or
 * breaks, goes the other way.
 */
export function loopTransfers(other: Transfers, limits: Partial<typeof LIMITS> = {}): Transfers {
  const { unusedMs, waitFromBytes } = { ...LIMITS, ...limits };
  let starting: Promise<Thread | undefined> | undefined;
  let thread: Thread | undefined;
  let broken = !hasUdpCalls();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const forget = () => {
    starting = undefined;
    thread = undefined;
  };
  const end = async () => {
    const ending = starting;
    forget();
    await (await ending)?.end();
  };
  const endWhenUnused = () => {
    clearTimeout(timer);
    timer = setTimeout(() => thread?.count() === 0 && void end(), unusedMs).unref();
  };
  const start = (): Promise<Thread | undefined> => {
    const coming = startThread(() => {
      broken = true;
      forget();
    });
    void coming.then((up) => {
      if (starting !== coming) return; // it was ended meanwhile
      thread = up;
      endWhenUnused();
    });
    return coming;
  };
  return {
    start: async (assignment) => {
      const { source, from } = assignment;
      if (broken || stopped || source.held === undefined || isIpv6(from)) return other.start(assignment);
      clearTimeout(timer);
      starting ??= start();
      const up = thread ?? (source.bytes < waitFromBytes ? undefined : await starting);
      if (up === undefined) return other.start(assignment);
      const running = up.start({ ...assignment, from, held: source.held });
      void running.ended.then(endWhenUnused);
      return running;
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await end();
      await other.stop();
    },
  };
}

type Thread = {
  readonly start: (assignment: Assignment & { readonly from: Ipv4; readonly held: Uint8Array }) => Running;
  readonly count: () => number;
  readonly end: () => Promise<void>;
};
type Waiting = { readonly finish: (ended: Ended) => void; moved: boolean };

async function startThread(broke: () => void): Promise<Thread | undefined> {
  const waker = openWaker();
  const { port1, port2 } = new MessageChannel();
  const worker = threadOf(port2, waker.fd);
  const waiting = new Map<number, Waiting>();
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const isUp = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), UP_WITHIN_MS).unref();
    void gone.then(() => resolve(false));
    port1.on("message", (told: Told) => {
      if (told.is === "up") return resolve(true);
      const one = waiting.get(told.id);
      if (told.is === "moved" && one) one.moved = true;
      if (told.is === "ended") {
        waiting.delete(told.id);
        one?.finish(told.ended);
      }
    });
  });
  worker.on("error", broke); // told by how its transfers end
  worker.unref();
  port1.unref();
  void gone.then(() => {
    waker.close();
    port1.close();
    for (const one of waiting.values())
      one.finish({ at: "dead", why: "refused", resent: 0, because: "the sending thread ended" });
    waiting.clear();
  });
  if (await isUp) return threadWith({ worker, port: port1, wake: waker.wake, waiting, gone });
  broke();
  await worker.terminate();
  return undefined;
}

type Parts = {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly wake: () => void;
  readonly waiting: Map<number, Waiting>;
  readonly gone: Promise<void>;
};

function threadWith({ worker, port, wake, waiting, gone }: Parts): Thread {
  let last = 0;
  const order = (what: Order) => {
    port.postMessage(what);
    wake();
  };
  return {
    count: () => waiting.size,
    start: ({ from, to, terms, answer, held }) => {
      last += 1;
      const id = last;
      let finish: (ended: Ended) => void = () => {};
      const ended = new Promise<Ended>((resolve) => {
        finish = resolve;
      });
      const one: Waiting = { finish, moved: false };
      waiting.set(id, one);
      const address = must(readIpv4(to.address));
      order({ is: "start", id, from, to: { address, port: to.port }, bytes: shared(held), terms, answer });
      const askedAgain = () => {
        if (one.moved || !waiting.has(id)) return false;
        order({ is: "again", id });
        return true;
      };
      return { ended, askedAgain, stop: () => waiting.has(id) && order({ is: "cease", id }) };
    },
    end: async () => {
      order({ is: "end" });
      const limit = setTimeout(() => void worker.terminate(), DOWN_WITHIN_MS);
      await gone;
      clearTimeout(limit);
    },
  };
}

/** The thread reads it where it lies; what is short and rendered for one client is copied there. */
function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function threadOf(port: MessagePort, waker: number): Worker {
  const options = { workerData: { port, waker }, transferList: [port], stdin: false };
  const here = import.meta.url;
  if (here.endsWith(".js")) return new Worker(new URL("./transfer-thread.js", here), options);
  // run from its sources, under a loader, which a thread has to be given anew
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const entry = JSON.stringify(new URL("./transfer-thread.ts", here).href);
  const code = `import { register } from ${loader}; register(); await import(${entry});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), options);
}
