import { constants } from "node:os";
import type { Terms } from "./core/tftp/terms.ts";
import { type Fixed, fixed, MOST_PARTS, openOutbox } from "./udp-calls.ts";

const HEAD_BYTES = 4;
const DATA = 3;
const MOST_SENT = 65_507; // what one call may hand over: an IPv4 packet without its heads
const LONGEST_PACKET = 1024; // of those that are no data

/** A kernel or a card without segments says one of these. */
const { EINVAL, EIO, EOPNOTSUPP, ENOPROTOOPT, EMSGSIZE } = constants.errno;
const WITHOUT_SEGMENTS: readonly number[] = [EINVAL, EIO, EOPNOTSUPP, ENOPROTOOPT, EMSGSIZE];

export type Stretch = {
  readonly fd: number;
  readonly to: Fixed; // sockaddr
  readonly at: number; // the file's address in memory
  readonly terms: Terms;
};

/** What could not be sent is lost, as packets are: the transfer repeats it, or ends for want of progress. */
export function openSender() {
  const outbox = openOutbox();
  const heads = fixed((MOST_PARTS / 2) * HEAD_BYTES);
  const short = fixed(LONGEST_PACKET);
  for (let i = 0; i < MOST_PARTS / 2; i += 1) heads.view.setUint16(i * HEAD_BYTES, DATA);
  let segments = true;

  const block = (index: number, number: number, at: number, bytes: number) => {
    heads.view.setUint16(index * HEAD_BYTES + 2, number & 0xffff);
    outbox.part(index * 2, heads.at + index * HEAD_BYTES, HEAD_BYTES);
    outbox.part(index * 2 + 1, at, bytes);
  };
  /** As many packets as one call takes. */
  const group = ({ fd, to, at: start, terms }: Stretch, first: number, last: number): boolean => {
    const { blockBytes } = terms;
    for (let number = first; number <= last; number += 1) {
      const at = (number - 1) * blockBytes;
      block(number - first, number, start + at, Math.min(blockBytes, terms.bytes - at));
    }
    const count = last - first + 1;
    return outbox.send(fd, to, count * 2, count > 1 ? HEAD_BYTES + blockBytes : 0);
  };

  return {
    packet: (fd: number, to: Fixed, bytes: Uint8Array) => {
      const length = Math.min(bytes.length, LONGEST_PACKET);
      short.all.set(bytes.subarray(0, length));
      outbox.part(0, short.at, length);
      outbox.send(fd, to, 1);
    },
    blocks: (stretch: Stretch, first: number, last: number) => {
      const whole = HEAD_BYTES + stretch.terms.blockBytes;
      const most = segments ? Math.max(1, Math.min(MOST_PARTS / 2, Math.floor(MOST_SENT / whole))) : 1;
      for (let number = first; number <= last; number += most) {
        const end = Math.min(last, number + most - 1);
        if (group(stretch, number, end) || end === number || !WITHOUT_SEGMENTS.includes(outbox.errno()))
          continue;
        segments = false;
        for (let single = number; single <= end; single += 1) group(stretch, single, single);
      }
    },
  };
}
