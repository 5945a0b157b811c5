import type { Ipv4 } from "../../src/base/ipv4.ts";
import { readTftp, writeAck, writeRequest } from "../../src/boot/core/tftp/packet.ts";
import { fixed, openInbox, openOutbox, sockaddr } from "../../src/boot/udp-calls.ts";

export type Wish = {
  readonly server: Ipv4;
  readonly file: string;
  readonly copy: string; // the same file on this side: every byte is compared
  readonly blockBytes: number;
  readonly window: number;
  readonly lossPercent?: number; // of what is sent and of what is heard
  readonly seed?: number;
};
export type Fetching = {
  readonly state: "going" | "done" | "failed";
  /** Takes one packet; false when none came. */
  receive(): boolean;
  /** Takes one that came already. */
  take(bytes: Uint8Array): void;
  /** Says the last thing again. */
  repeat(): void;
};

const inbox = openInbox();
const outbox = openOutbox();
const page = fixed(512);

export function startFetching(fd: number, wish: Wish, expected: Buffer): Fetching {
  const { file, blockBytes, window } = wish;
  const to = sockaddr(wish.server, 69);
  let [next, known, complainedAt] = [1, false, 0]; // `next` block; whether the transfer's port is known
  let sinceAck = 0; // blocks that came in order
  let granted = { blockBytes: 512, window: 1 };
  let dice = wish.seed ?? 1;
  const lost = (): boolean => {
    dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
    return dice / 2 ** 32 < (wish.lossPercent ?? 0) / 100;
  };
  const options = new Map([["blksize", `${blockBytes}`]]);
  if (window > 1) options.set("windowsize", `${window}`);
  let last = writeRequest({ is: "read", file, mode: "octet", options });
  const say = (bytes: Uint8Array) => {
    last = bytes;
    sinceAck = 0;
    if (lost()) return;
    page.all.set(bytes);
    outbox.part(0, page.at, bytes.length);
    outbox.send(fd, to, 1);
  };
  const one: { state: Fetching["state"] } & Fetching = {
    state: "going",
    repeat: () => say(last),
    receive: () => {
      const bytes = inbox.receive(fd);
      if (bytes === undefined) return false;
      if (lost()) return true;
      if (!known) {
        known = true;
        to.all.set(inbox.sender.all);
      }
      one.take(bytes);
      return true;
    },
    take: (bytes) => (bytes[1] === 3 ? takeData(bytes) : takeOther(bytes)),
  };
  const takeData = (bytes: Uint8Array) => {
    if (((bytes[2]! << 8) | bytes[3]!) !== (next & 0xffff)) {
      const isRepeated = ((bytes[2]! << 8) | bytes[3]!) === ((next - 1) & 0xffff);
      if (isRepeated) return say(writeAck(next - 1)); // ours got lost
      if (complainedAt === next || granted.window === 1) return;
      complainedAt = next; // RFC 7440 4: the last one in order, once for each gap
      return say(writeAck(next - 1));
    }
    const [at, length] = [(next - 1) * granted.blockBytes, bytes.length - 4];
    const same = expected.compare(bytes, 4, bytes.length, at, Math.min(at + length, expected.length)) === 0;
    const isLast = length < granted.blockBytes;
    if (!same || (isLast && at + length !== expected.length)) {
      one.state = "failed";
      return;
    }
    next += 1;
    sinceAck += 1;
    if (isLast || sinceAck === granted.window) say(writeAck(next - 1));
    if (isLast) one.state = "done";
  };
  const takeOther = (bytes: Uint8Array) => {
    const packet = readTftp(bytes);
    if (packet.ok && packet.value.is === "error") one.state = "failed";
    if (!packet.ok || packet.value.is !== "options" || next > 1) return;
    const granting = (name: string, otherwise: number) =>
      Number((packet.value as { options: ReadonlyMap<string, string> }).options.get(name) ?? otherwise);
    granted = { blockBytes: granting("blksize", 512), window: granting("windowsize", 1) };
    say(writeAck(0));
  };
  say(last);
  return one;
}
