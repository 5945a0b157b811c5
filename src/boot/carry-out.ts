import type { Socket } from "node:dgram";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Decision } from "./core/dhcp/decide.ts";
import { writePacket } from "./core/dhcp/packet.ts";
import { messageName, type Request } from "./core/dhcp/request.ts";
import { answerDetail, answerWords, xidWords } from "./core/dhcp/words.ts";
import type { Note } from "./note.ts";

export type Send = (
  bytes: Uint8Array,
  to: { readonly address: Ipv4; readonly port: number },
  failed: (error: Error) => void,
) => void;

export const sendBy =
  (socket: Socket): Send =>
  (bytes, { address, port }, failed) =>
    socket.send(bytes, port, address, (error) => error && failed(error));

/** Sends what was decided; every answer and every silence leaves an event. */
export function carryOut(decision: Decision, request: Request, send: Send, note: Note): void {
  switch (decision.do) {
    case "silence":
      silent(note, request, decision.because);
      break;
    case "other-server": {
      const { server } = decision;
      const detail = { xid: xidWords(request.packet), message: messageName(request.type), server };
      note("dhcp.other-server", (who) => `${who} chose another DHCP server, ${server}.`, detail);
      break;
    }
    case "answer": {
      const { reply, to } = decision;
      send(writePacket(reply), to, (error) => silent(note, request, `sending failed (${error.message})`));
      note(
        "dhcp.answered",
        (who) => answerWords(who, decision),
        () => answerDetail(decision, request),
      );
    }
  }
}

export function silent(note: Note, { packet, type }: Request, because: string): void {
  const detail = { xid: xidWords(packet), message: messageName(type), because };
  note("dhcp.silent", (who) => `${who} gets no answer: ${because}.`, detail);
}
