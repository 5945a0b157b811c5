import type { Observed } from "../../base/event.ts";

/**
 * Events wait here until the service has stored them. They are numbered when they are sent, from 1 without
 * a gap: beyond the bound the oldest unsent ones are lost, and how many becomes an event of its own.
 */
export type Outbox = {
  readonly next: number;
  readonly sent: readonly Numbered[];
  readonly unsent: readonly Observed[];
  readonly lost: number;
};
export type Numbered = { readonly seq: number; readonly event: Observed };

export const OUTBOX: Outbox = { next: 1, sent: [], unsent: [], lost: 0 };
const MOST = 20_000;

export function post(box: Outbox, event: Observed, most = MOST): Outbox {
  const unsent = [...box.unsent, event];
  const over = Math.max(0, unsent.length - most);
  return { ...box, unsent: unsent.slice(over), lost: box.lost + over };
}

/** Numbers what is unsent; it stays here until it is stored. */
export function take(box: Outbox): { box: Outbox; send: readonly Numbered[] } {
  const [first] = box.unsent;
  if (first === undefined) return { box, send: [] };
  const says = `${box.lost} events were lost: the service was away for longer than the agent could keep them`;
  const gap: Observed[] =
    box.lost === 0 ? [] : [{ kind: "fault", at: first.at, says, detail: { lost: box.lost } }];
  const send = [...gap, ...box.unsent].map((event, i) => ({ seq: box.next + i, event }));
  return { box: { next: box.next + send.length, sent: [...box.sent, ...send], unsent: [], lost: 0 }, send };
}

export function stored(box: Outbox, upTo: number): Outbox {
  return { ...box, sent: box.sent.filter(({ seq }) => seq > upTo) };
}
