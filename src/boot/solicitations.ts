import type { Socket } from "node:dgram";
import type { EventKind } from "../base/event.ts";
import { Fault, reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { emptyAdvertisement, isRouter, isSolicitation, solicitation } from "./core/solicitation.ts";
import { closeUdp, openIcmp6 } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

// stands where a port would: the kernel wants the protocol's number there, or 0, which Node refuses
const ICMPV6 = 58;

/** How long a router is believed to be there: none may be silent for longer (RFC 4861 6.2.1). */
const ROUTER_MS = 1_800_000;

/**
 * Answers router solicitations where no router is. Measured with iPXE's ROM in QEMU: from DHCP's ACK to the
 * first HTTP packet 16.1 s without an answer, 0.03 s with it. The answer names no router and no prefix; but
 * iPXE and others believe the first one that comes, so where a router is heard it is left to that.
 */
export async function openSolicitations(world: BootWorld) {
  const { interface: name } = world.segment;
  const socket = world.segment.answerSolicitations ? await openOrSay(world) : undefined;
  if (socket === undefined) return { stop: async () => {} };
  let routerUntil = 0;
  const tell = (kind: EventKind, says: string, from: string) =>
    world.observe({ kind, at: world.now(), says, detail: { from, interface: name } });
  socket.on("message", (message, { address }) => {
    const from = printable(address);
    if (isRouter(message)) {
      const says = `${from} is an IPv6 router on ${name}: who asks for one is left to it.`;
      if (routerUntil <= world.now()) tell("ra.heard", says, from);
      routerUntil = world.now() + ROUTER_MS;
    }
    if (!isSolicitation(message) || routerUntil > world.now()) return;
    const to = address.startsWith("::") ? `ff02::1%${name}` : address; // RFC 4861 6.2.6
    socket.send(emptyAdvertisement(), ICMPV6, to, (error) => {
      const says = error
        ? `The router solicitation of ${from} could not be answered: ${error.message}.`
        : `${from} asked for an IPv6 router and was told at once that there is none.`;
      tell("ra.answered", says, from);
    });
  });
  // a router that does not hear it is heard when it next speaks
  socket.send(solicitation(), ICMPV6, `ff02::2%${name}`, () => {});
  return { stop: () => closeUdp(socket) };
}

/** Machines boot without it, only later: a segment without IPv6 is told of and served. */
async function openOrSay({ segment, observe, now }: BootWorld): Promise<Socket | undefined> {
  try {
    return await openIcmp6(segment.interface);
  } catch (error) {
    if (error instanceof Fault && error.id === "boot.not-permitted") throw error;
    const says = `Router solicitations on ${segment.interface} stay unanswered, so iPXE waits 13 s longer: `;
    const detail = { interface: segment.interface, because: reason(error) };
    observe({ kind: "fault", at: now(), says: says + reason(error), detail });
    return undefined;
  }
}
