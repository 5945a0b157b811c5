import { networkInterfaces } from "node:os";
import { Fault, reason } from "../base/fault.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { type Mac, readMac } from "../base/mac.ts";
import { arpProbe, readArp } from "./core/dhcp/arp.ts";
import { inUseWords } from "./core/dhcp/words.ts";
import type { Leases } from "./core/leases.ts";
import { type ArpSocket, openArp } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

export type Answering =
  | { readonly is: "nobody" }
  | { readonly is: "somebody"; readonly mac: Mac }
  | { readonly is: "unasked" }; // too many are being asked already

/** Looks whether an address is used, by ARP (RFC 5227 2.1.1; docs/decisions/0007). */
export type Prover = {
  readonly ask: (address: Ipv4) => Promise<Answering>;
  readonly stop: () => Promise<void>;
};

/** A LAN answers within 1 ms, a host that sleeps within some tens; who is slower still refuses by DECLINE. */
const [ASKED_TWICE_AFTER_MS, WAITED_MS] = [100, 200];
const MOST_AT_ONCE = 128;

type Asking = { readonly settle: (answer: Answering) => void; readonly answer: Promise<Answering> };

export function proverOver(socket: ArpSocket, from: Mac): Prover {
  const asking = new Map<Ipv4, Asking>();
  socket.heard((bytes) => {
    const arp = readArp(bytes);
    if (arp.ok && arp.value.mac !== from)
      asking.get(arp.value.address)?.settle({ is: "somebody", mac: arp.value.mac });
  });
  const begin = (address: Ipv4): Asking => {
    const send = () => socket.send(arpProbe(from, address));
    let settle: Asking["settle"] = () => {};
    const answer = new Promise<Answering>((resolve) => {
      const again = setTimeout(send, ASKED_TWICE_AFTER_MS);
      // a thread that was busy hears what came meanwhile before it gives up
      const limit = setTimeout(() => setImmediate(() => settle({ is: "nobody" })), WAITED_MS);
      settle = (found) => {
        clearTimeout(again);
        clearTimeout(limit);
        asking.delete(address);
        resolve(found);
      };
    });
    send();
    return { settle, answer };
  };
  return {
    ask: async (address) => {
      const known = asking.get(address);
      if (known !== undefined) return known.answer;
      if (asking.size >= MOST_AT_ONCE) return { is: "unasked" };
      const begun = begin(address);
      asking.set(address, begun);
      return begun.answer;
    },
    stop: async () => {
      for (const { settle } of [...asking.values()]) settle({ is: "unasked" });
      await socket.close();
    },
  };
}

/** Machines boot without it, only less surely: it is told and done without. */
export async function openProver({ segment, observe, now }: BootWorld): Promise<Prover | undefined> {
  const { interface: name } = segment;
  const own = readMac(networkInterfaces()[name]?.[0]?.mac ?? "");
  try {
    return own.ok ? proverOver(await openArp(name), own.value) : undefined;
  } catch (error) {
    if (error instanceof Fault && error.id === "boot.not-permitted") throw error;
    const because = reason(error);
    const says = `Addresses on ${name} are leased without a look whether somebody uses them: ${because}`;
    observe({ kind: "fault", at: now(), says, detail: { interface: name, because } });
    return undefined;
  }
}

const READY = 8; // machines that are powered on together, and need not wait for a look
const LOOKS_EVERY_MS = 300_000; // half of what an address stays proven for

/** Keeps some addresses proven ahead of need, so that a new machine does not wait. */
export function keepProven(world: BootWorld, leases: Leases, prover: Prover) {
  let looking: Promise<unknown> | undefined;
  const look = async (address: Ipv4): Promise<void> => {
    const answer = await prover.ask(address);
    if (answer.is === "nobody") leases.clear(address);
    if (answer.is !== "somebody" || !leases.setAside(address, answer.mac)) return;
    const [says, detail] = [inUseWords(address, answer.mac), { used: address, by: answer.mac }];
    world.observe({ kind: "dhcp.in-use", at: world.now(), says, detail });
  };
  const refill = () => {
    if (looking !== undefined) return;
    const wanted = leases.toProve(READY);
    if (wanted.length === 0) return;
    looking = Promise.all(wanted.map(look)).finally(() => {
      looking = undefined;
    });
  };
  refill();
  const timer = setInterval(refill, LOOKS_EVERY_MS).unref();
  return {
    refill,
    stop: async () => clearInterval(timer),
  };
}
