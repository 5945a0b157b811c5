import type { RemoteInfo, Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { type Address, isIpv6 } from "../base/address.ts";
import { reason } from "../base/fault.ts";
import { dataHead, ERRORS, readTftp, writeError, writeOptionsAck } from "./core/tftp/packet.ts";
import { earnsAnswer } from "./core/tftp/stranger.ts";
import {
  atTheStart,
  begin,
  type Heard,
  type Say,
  silenceAt,
  step,
  type Transfer,
} from "./core/tftp/transfer.ts";
import { piecesOf } from "./pieces.ts";
import { closeUdp, numericLookup } from "./sockets.ts";
import type { Assignment, Ended, Running, Transfers } from "./transfers.ts";

/** Transfers by Node's own sockets: of files of any size, on any machine. */
export const dgramTransfers = (): Transfers => ({ start: startTransfer, stop: async () => {} });

/** Socket, timer and file around the step function. A transfer has a port of its own (RFC 1350 4). */
async function startTransfer({ from, to, source, terms, answer }: Assignment): Promise<Running> {
  const socket = await openPort(from);
  const pieces = piecesOf(source);
  let [transfer, say]: [Transfer, Say?] = begin(terms, answer.size > 0, performance.now());
  let strangers = 0;
  let turn = 0; // tells a sending that waited for the disk that it is out of date
  let timer: NodeJS.Timeout | undefined;
  let finish: (ended: Ended) => void = () => {};
  const ended = new Promise<Ended>((resolve) => {
    finish = resolve;
  }).finally(() => {
    clearTimeout(timer);
    return closeUdp(socket);
  });

  const die = (because: string) => finish({ at: "dead", why: "refused", resent: 0, because });
  const send = (parts: Uint8Array[]) => socket.send(parts, to.port, to.address, noteSendError);
  const sendData = async (first: number, last: number) => {
    const [mine, start] = [turn, (first - 1) * terms.blockBytes];
    const end = Math.min(last * terms.blockBytes, terms.bytes);
    if (pieces.held(start, end) === undefined) await pieces.load(start, end);
    for (let block = first; block <= last && mine === turn; block += 1) {
      const at = (block - 1) * terms.blockBytes;
      const bytes = pieces.held(at, Math.min(at + terms.blockBytes, terms.bytes));
      if (bytes === undefined) throw new Error("a piece of the file went missing");
      send([dataHead(block), bytes]);
    }
  };
  const perform = (what: Say | undefined) => {
    if (what === undefined) return;
    turn += 1;
    if (what.say === "options") send([writeOptionsAck(answer)]);
    else
      sendData(what.first, what.last).catch((error: unknown) => {
        send([writeError(ERRORS.other, "reading the file failed")]);
        die(reason(error));
      });
  };
  const hear = (heard: Heard, because?: string) => {
    [transfer, say] = step(transfer, heard, terms, performance.now());
    perform(say);
    if (transfer.at === "done" || transfer.at === "dead")
      finish(because ? { ...transfer, because } : transfer);
  };
  const untilSilence = () => ("pace" in transfer ? silenceAt(transfer) - performance.now() : undefined);
  const wake = () => {
    if ((untilSilence() ?? 1) <= 0) hear({ is: "silence" });
    const left = untilSilence();
    // not moved for each block: that is dear
    if (left !== undefined) timer = setTimeout(wake, Math.max(1, left));
  };

  socket.on("error", (error) => die(error.message));
  socket.on("message", (bytes, sender) => {
    if (isForeign(sender, to)) {
      if (!earnsAnswer(bytes, sender.port, strangers)) return;
      strangers += 1;
      return answerForeigner(socket, sender);
    }
    const packet = readTftp(bytes);
    if (!packet.ok) return;
    if (packet.value.is === "ack") hear(packet.value);
    if (packet.value.is === "error") hear({ is: "error" }, packet.value.message);
  });
  perform(say);
  wake();
  return {
    ended,
    askedAgain: () => {
      if (!atTheStart(transfer)) return false;
      perform(say ?? begin(terms, answer.size > 0, 0)[1]);
      return true;
    },
    stop: () => {
      send([writeError(ERRORS.other, "the server stops")]);
      die("the server stops");
    },
  };
}

const isForeign = (sender: RemoteInfo, to: { address: string; port: number }): boolean =>
  sender.port !== to.port || sender.address !== to.address;

/** RFC 1350 4: a stranger's packet gets an error, and the transfer goes on. */
function answerForeigner(socket: Socket, { port, address }: RemoteInfo): void {
  socket.send(writeError(ERRORS.foreign, "not your transfer"), port, address, noteSendError);
}

/**
 * A packet that could not be sent is a packet lost: it is repeated, or the transfer ends for want of
 * progress.
 */
function noteSendError(): void {}

async function openPort(address: Address): Promise<Socket> {
  const socket = createSocket({ type: isIpv6(address) ? "udp6" : "udp4", lookup: numericLookup });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address, port: 0, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  return socket;
}
