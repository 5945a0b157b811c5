import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { dialService } from "../agent/wires.ts";
import type { KnownMachine } from "../api/agent.ts";
import { serialName } from "../base/serial-profile.ts";
import { SEGMENT } from "../rack/core/layout.ts";
import { RACK_FILE, type RackFile } from "../rack/hold.ts";
import { agentSocket } from "./place.ts";
import { LEASE_SECONDS, openSegmentAgent, STANDARD_IMAGE } from "./segment-agent.ts";

const REDIAL_MS = 500;

/** The virtual rack's agent, inside its namespaces: attends to its segment and dials the service until it is stopped. */
export async function runRackAgent(
  state: string,
  loader: KnownMachine["loader"],
  stopped: AbortSignal,
): Promise<number> {
  const { machines } = JSON.parse(readFileSync(join(state, "rack", RACK_FILE), "utf8")) as RackFile;
  const open = await openSegmentAgent({
    name: "rack",
    shared: false,
    state,
    segment: {
      ...{ name: "rack", mode: "dhcp", interface: SEGMENT.interface, subnet: SEGMENT.address },
      pool: { from: SEGMENT.pool.first, to: SEGMENT.pool.last },
      ...{
        answerSolicitations: true,
        leaseSeconds: LEASE_SECONDS,
        image: STANDARD_IMAGE,
        unknown: "menu" as const,
      },
      ...{ routers: [], nameServers: [], reservations: [], relayed: [] },
    },
    declares: machines.map(
      ({ name, mac, firmware, serial, bmc }): KnownMachine => ({
        ...{
          name,
          macs: [mac],
          firmware,
          serial: serialName(serial),
          redirected: true,
          loader,
          bmc,
          plan: null,
        },
      }),
    ),
  });
  while (!stopped.aborted) {
    const service = await dialService(agentSocket(state)).catch(() => undefined); // not there yet, or away
    if (service !== undefined) {
      const hangUp = () => service.close();
      stopped.addEventListener("abort", hangUp, { once: true });
      await open.agent.serve(service);
      stopped.removeEventListener("abort", hangUp);
    }
    await pause(REDIAL_MS, undefined, { signal: stopped }).catch(() => {}); // aborted: the loop ends
  }
  await open.stop();
  return 0;
}
