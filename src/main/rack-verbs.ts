import type { RackState } from "../cli/world.ts";
import { findRack, lowerRack, rackStatus, raiseRack } from "../rack/rack.ts";
import { makeState, type Place } from "./place.ts";

export async function rackUp(
  place: Place,
  wish: { machines: number; firmware: "bios" | "uefi"; diskBytes?: number },
): Promise<RackState> {
  const { state, entry } = place;
  makeState(state);
  const beside = [...entry, "agent", "--state", state];
  await raiseRack({ state, entry, ...wish, stays: true, beside, log: () => {} });
  return rackState(place);
}

export async function rackState({ state }: Place): Promise<RackState> {
  const [rack, status] = await Promise.all([findRack(state), rackStatus(state)]);
  if (rack === undefined || status === undefined) return { running: false, machines: [] };
  const power = new Map(status.machines.map((machine) => [machine.name, machine.power]));
  const machines = rack.machines.map(({ name, mac, firmware, bmc }) => {
    return { name, mac, firmware, power: power.get(name) ?? "unknown", bmc: `${bmc.address}:${bmc.port}` };
  });
  return { running: true, machines };
}

export const rackDown = ({ state }: Place): Promise<boolean> => lowerRack(state);
