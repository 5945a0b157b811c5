import { printable } from "../base/text.ts";
import { flawDetail, flawWords } from "./core/dhcp/words.ts";
import { atGate, EMPTY_GATE } from "./core/flaw-gate.ts";
import type { BootWorld } from "./world.ts";

/** Where packets go that nobody can read: a few become events, a flood is counted. */
export type Flaws = {
  readonly add: (from: string, flaw: string, bytes: Uint8Array, at: number) => void;
};

export function flawEvents(world: BootWorld): Flaws {
  let gate = EMPTY_GATE;
  return {
    add: (from, flaw, bytes, at) => {
      const next = atGate(gate, world.now());
      gate = next.gate;
      if (!next.passes) return;
      const says = flawWords(from, printable(flaw), bytes.length);
      const more = next.folded > 0 ? ` ${next.folded} more came since the last one shown.` : "";
      const detail = { from, flaw, folded: next.folded, ...flawDetail(bytes, at) };
      world.observe({ kind: "dhcp.flaw", at: world.now(), says: says + more, detail });
    },
  };
}
