import { performance } from "node:perf_hooks"; // the global one is looked up anew each time
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Living, livingTransfers, type Start } from "./living-transfers.ts";
import type { Ended } from "./transfers.ts";
import { drain, giveWay, openWatch } from "./udp-calls.ts";

/** What the thread is told. */
export type Order =
  | ({ readonly is: "start" } & Start)
  | { readonly is: "again" | "cease"; readonly id: number }
  | { readonly is: "end" };
/** What the thread tells. */
export type Told =
  | { readonly is: "up" }
  | { readonly is: "moved"; readonly id: number }
  | { readonly is: "ended"; readonly id: number; readonly ended: Ended };

const POLL_MS = 0.15; // after a packet, before it sleeps: a client nearby answers sooner than a sleeper wakes
const NEAR_MS = 0.1; // round trip below which polling is worth its processor time
const CROWDED_MS = 1; // giving way for as long as that: the core is wanted by others
const REST_MS = 100; // without polling, then
const LOOK_MS = 1; // a busy client does not keep orders and timers waiting longer
const MOST_SLEEP_MS = 100; // a process that exits waits for its threads

/**
 * Carries transfers with system calls of its own while there are any. When there are none, the thread waits
 * for orders as every thread does, and costs nothing.
 */
export function runTransfers(port: MessagePort, waker: number): void {
  const tell = (told: Told) => port.postMessage(told);
  const transfers = livingTransfers({
    moved: (id) => tell({ is: "moved", id }),
    ended: (id, ended) => tell({ is: "ended", id, ended }),
  });
  const watch = openWatch();
  watch.add(waker);
  let latest: Living | undefined; // who was heard last
  let ending = false;
  let lookAt = 0;
  let restUntil = 0;

  const obey = (order: Order) => {
    if (order.is === "end") ending = true;
    else if (order.is === "start") {
      const fd = transfers.start(order);
      if (fd !== undefined) watch.add(fd);
    } else transfers[order.is](order.id);
  };
  const takeOrders = () => {
    drain(waker);
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      obey(next.message as Order);
  };
  const serveReady = (withinMs: number) => {
    const ready = watch.wait(withinMs);
    for (let i = 0; i < ready; i += 1) {
      const fd = watch.at(i);
      if (fd === waker) takeOrders();
      latest = transfers.bySocket(fd);
      if (latest) transfers.receive(latest);
    }
  };
  const poll = (one: Living) => {
    let now = performance.now();
    for (let until = now + POLL_MS; isNear(one) && now < Math.min(until, lookAt); ) {
      const before = now;
      const isAnswered = transfers.receive(one);
      if (!isAnswered) giveWay(); // the client may be waiting for this very core
      now = performance.now();
      if (isAnswered) until = now + POLL_MS;
      else if (now - before > CROWDED_MS) restUntil = now + REST_MS;
    }
  };
  const carry = () => {
    while (transfers.count() > 0 && !ending) {
      const began = performance.now();
      lookAt = began + LOOK_MS;
      if (latest && transfers.count() === 1 && began > restUntil) poll(latest);
      serveReady(Math.ceil(Math.min(transfers.silences(performance.now()), MOST_SLEEP_MS)));
    }
  };
  const end = () => {
    ending = true;
    transfers.ceaseAll();
    watch.close();
    port.close();
  };

  port.on("message", (order: Order) => {
    if (ending) return;
    try {
      obey(order);
      carry();
    } catch (error) {
      end(); // sockets outlive a thread that breaks
      throw error;
    }
    if (ending) end();
  });
  tell({ is: "up" });
}

/**
 * In lock-step with a client nearby. Done and dead transfers are not near; a window takes its time, and costs
 * less asleep.
 */
const isNear = ({ terms, transfer }: Living): boolean =>
  terms.window === 1 &&
  "pace" in transfer &&
  transfer.pace.smoothMs !== undefined &&
  transfer.pace.smoothMs < NEAR_MS;
