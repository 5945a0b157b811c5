import { networkInterfaces } from "node:os";
import { printable } from "../base/text.ts";
import { emptyAdvertisement, isSolicitation } from "./core/solicitation.ts";
import { closeUdp, openIcmp6 } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

const ICMPV6 = 58; // stands where a port would: the kernel wants the protocol's number there, or 0, which Node refuses

/**
 * Answers router solicitations. iPXE's ROM waits 13 s between its DHCP and its loader when nobody does; the answer
 * names no router and no prefix, so it changes nothing for whoever else hears it.
 */
export async function openSolicitations(world: BootWorld) {
  const { interface: name } = world.segment;
  const nothing = { stop: async () => {} };
  if (!world.segment.answerSolicitations) return nothing;
  if (!hasLinkLocal(name)) {
    const says = `${name} has no IPv6, so router solicitations stay unanswered: iPXE waits 13 s longer.`;
    world.observe({ kind: "fault", at: world.now(), says, detail: { interface: name } });
    return nothing;
  }
  const socket = await openIcmp6(name);
  socket.on("message", (message, { address }) => {
    if (!isSolicitation(message)) return;
    const to = address === "::" ? `ff02::1%${name}` : address;
    socket.send(emptyAdvertisement(), ICMPV6, to, (error) => {
      const from = printable(address);
      const says = error
        ? `The router solicitation of ${from} could not be answered: ${error.message}.`
        : `${from} asked for an IPv6 router and was told at once that there is none.`;
      world.observe({ kind: "ra.answered", at: world.now(), says, detail: { from, interface: name } });
    });
  });
  socket.on("error", () => {}); // a failed send names itself above; a failed receive leaves iPXE waiting, no more
  return { stop: () => closeUdp(socket) };
}

const hasLinkLocal = (name: string): boolean =>
  (networkInterfaces()[name] ?? []).some(({ address }) => address.startsWith("fe80:"));
