import type { Ipv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import type { Outcome } from "./core/dhcp/decide.ts";
import { inUseWords } from "./core/dhcp/words.ts";
import type { Leases } from "./core/leases.ts";
import type { Note } from "./note.ts";
import type { Prover } from "./prover.ts";

type Wish = {
  readonly mac: Mac;
  readonly wanted: Ipv4 | undefined;
  readonly onRecord: boolean;
  readonly prover: Prover | undefined; // none for a subnet behind a relay: ARP does not go there
  readonly note: Note;
};

const TRIES = 3; // firmware asks again after 4 s, and more addresses are proven by then

/** An address where nobody answers, kept for the machine. */
export async function offerAddress(leases: Leases, wish: Wish): Promise<Outcome> {
  const { mac, wanted, onRecord, prover, note } = wish;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const offer = await leases.offer(mac, wanted, { onRecord, canProve: prover !== undefined });
    if (offer === undefined) return { is: "empty" };
    const { address, sure } = offer;
    if (sure || prover === undefined) return { is: "kept", address };
    const answer = await prover.ask(address);
    if (answer.is === "unasked")
      return onRecord || leases.knows(mac) ? { is: "kept", address } : { is: "crowded" };
    if (answer.is === "nobody" || answer.mac === mac) {
      leases.clear(address);
      return { is: "kept", address };
    }
    if (!leases.setAside(address, answer.mac)) return { is: "kept", address };
    note("dhcp.in-use", (who) => inUseWords(address, answer.mac, who), { used: address, by: answer.mac });
  }
  return { is: "in-use" };
}
