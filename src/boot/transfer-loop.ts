import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Living, livingTransfers, type Start } from "./living-transfers.ts";
import type { Ended } from "./transfers.ts";
import { drain, openWatch } from "./udp-calls.ts";

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

const POLL_MS = 0.05; // after a packet, before it sleeps: a client nearby answers sooner than a sleeper wakes
const NEAR_MS = 0.15; // round trip below which polling is worth its processor time
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
  const serveReady = (withinMs: number): boolean => {
    const ready = watch.wait(withinMs);
    for (let i = 0; i < ready; i += 1) {
      const fd = watch.at(i);
      if (fd === waker) takeOrders();
      latest = transfers.bySocket(fd);
      if (latest) transfers.receive(latest);
    }
    return ready > 0;
  };
  const poll = (one: Living) => {
    for (let until = performance.now() + POLL_MS; isNear(one); ) {
      const now = performance.now();
      if (now >= until || now >= lookAt) return;
      if (transfers.receive(one)) until = now + POLL_MS;
    }
  };
  const carry = () => {
    for (let heardAt = 0; transfers.count() > 0 && !ending; ) {
      lookAt = performance.now() + LOOK_MS;
      if (latest && transfers.count() === 1) poll(latest);
      const now = performance.now();
      const left = Math.min(transfers.silences(now), MOST_SLEEP_MS);
      const isCrowd = transfers.count() > 1 && now - heardAt < POLL_MS;
      if (serveReady(isCrowd ? 0 : Math.ceil(left))) heardAt = performance.now();
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
