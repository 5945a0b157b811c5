import type { EventKind } from "../base/event.ts";
import type { Mac } from "../base/mac.ts";
import type { BootWorld } from "./world.ts";

/** Leaves an event about one client; the sentence gets the client's name, else its MAC, else its address. */
export type Note = (kind: EventKind, says: (who: string) => string, detail: Detail | (() => Detail)) => void;
type Detail = Readonly<Record<string, unknown>>;

export function noteOf(world: BootWorld, client: { mac?: Mac; address?: string }): Note {
  const { mac, address } = client;
  const machine = mac === undefined ? undefined : world.machineOf(mac)?.name;
  const who = machine ?? mac ?? address ?? "A machine";
  return (kind, says, detail) =>
    world.observe({
      kind,
      at: world.now(),
      says: says(who),
      detail: { ...(typeof detail === "function" ? detail() : detail), ...(address ? { address } : {}) },
      ...(mac ? { mac } : {}),
      ...(machine ? { machine } : {}),
    });
}
