import { createInterface } from "node:readline";
import koffi from "koffi";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { ipv4Bytes } from "../../src/base/ipv4.ts";
import { openInbox, openOutbox, openWatch, sockaddr } from "../../src/boot/udp-calls.ts";
import { openClients } from "./clients.ts";

/**
 * The relay with all clients behind it: reads one line for each task, says one line for each. It runs as a
 * process of its own in the clients' namespace: so many exchanges of four packets, so many of them at once.
 */
export type Task = { readonly clients: number; readonly exchanges: number; readonly inFlight: number };
export type Done = {
  readonly ms: number;
  readonly ackMs: readonly number[]; // from each REQUEST to its ACK
  readonly failed: number; // exchanges begun anew after a second, and addresses given twice
};

const [relay, server] = process.argv.slice(2) as [Ipv4, Ipv4];
const libc = koffi.load("libc.so.6");
const socketCall = libc.func("int socket(int family, int type, int protocol)");
const bindCall = libc.func("int bind(int fd, const void *address, unsigned int length)");
const optionCall = libc.func(
  "int setsockopt(int fd, int level, int name, const void *value, unsigned int n)",
);
const [AF_INET, SOCK_DGRAM, NONBLOCK, SOL_SOCKET, SO_RCVBUFFORCE] = [2, 2, 0o4000, 1, 33];
const [PORT, REPEAT_MS] = [67, 1000];

const fd = socketCall(AF_INET, SOCK_DGRAM | NONBLOCK, 0) as number;
optionCall(fd, SOL_SOCKET, SO_RCVBUFFORCE, Int32Array.of(4 << 20), 4);
if (bindCall(fd, sockaddr(relay, PORT).all, 16) < 0) throw new Error(`port ${PORT} of ${relay} is taken`);
const to = sockaddr(server, PORT);
const [watch, inbox, outbox] = [openWatch(), openInbox(), openOutbox()];
watch.add(fd);
const clients = openClients(ipv4Bytes(relay), ipv4Bytes(server));

function send(bytes: { readonly at: number; readonly length: number }): void {
  outbox.part(0, bytes.at, bytes.length);
  outbox.send(fd, to, 1);
}

function run({ clients: count, exchanges, inFlight }: Task): Done {
  const began = performance.now();
  const ackMs: number[] = [];
  const slots = new Map<number, { client: number; at: number; asked: number }>(); // by xid
  let [begun, failed, next] = [0, 0, 0];
  const begin = () => {
    const client = next++ % count;
    const xid = clients.newXid();
    slots.set(xid, { client, at: performance.now(), asked: 0 });
    send(clients.discover(client, xid));
  };
  for (; begun < inFlight; begun += 1) begin();
  while (slots.size > 0) {
    watch.wait(100);
    for (let bytes = inbox.receive(fd); bytes !== undefined; bytes = inbox.receive(fd)) {
      const said = clients.read(bytes);
      const slot = slots.get(said.xid);
      if (slot === undefined) continue;
      slot.at = performance.now();
      if (said.is === "offer" && slot.asked === 0) {
        slot.asked = slot.at;
        send(clients.request(slot.client, said.xid, said.address));
      } else if (said.is === "ack" && slot.asked > 0) {
        ackMs.push(slot.at - slot.asked);
        if (!clients.has(slot.client, said.address)) failed += 1;
        slots.delete(said.xid);
        if (begun++ < exchanges) begin();
      }
    }
    for (const [xid, { at }] of slots) {
      if (performance.now() - at < REPEAT_MS) break; // the oldest are the first, nearly
      slots.delete(xid);
      failed += 1;
      begin();
    }
  }
  return { ms: performance.now() - began, ackMs, failed };
}

process.stdout.write("ready\n");
for await (const line of createInterface(process.stdin))
  process.stdout.write(`${JSON.stringify(run(JSON.parse(line) as Task))}\n`);
