import type { Observed } from "../../base/event.ts";

/** Events wait here, numbered, until the service has stored them; beyond the bound the oldest are lost and counted. */
export type Outbox = {
  readonly next: number;
  readonly waiting: readonly { readonly seq: number; readonly event: Observed }[];
  readonly lost: number;
};

export const OUTBOX: Outbox = { next: 1, waiting: [], lost: 0 };
const MOST = 20_000;

export function post(box: Outbox, event: Observed): Outbox {
  const waiting = [...box.waiting, { seq: box.next, event }];
  const over = Math.max(0, waiting.length - MOST);
  return { next: box.next + 1, waiting: waiting.slice(over), lost: box.lost + over };
}

export function stored(box: Outbox, upTo: number): Outbox {
  return { ...box, waiting: box.waiting.filter(({ seq }) => seq > upTo) };
}
