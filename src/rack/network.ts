import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { reason } from "../base/fault.ts";
import { MANAGEMENT, type RackMachine, SEGMENT, tapOf } from "./core/layout.ts";

const run = promisify(execFile);

/** Builds the boot segment and the BMCs' network in the namespace this process is in. */
export async function buildNetwork(machines: readonly RackMachine[]): Promise<void> {
  await ip("link set lo up");
  // forward_delay 0: a real switch with portfast; mcast_snooping 0: IPv6 discovery reaches everybody at once
  await ip(`link add ${SEGMENT.interface} type bridge forward_delay 0 mcast_snooping 0`);
  await ip(`link add ${MANAGEMENT.interface} type bridge`);
  // without duplicate detection the segment's IPv6 address serves before the first machine is plugged in
  await writeFile(`/proc/sys/net/ipv6/conf/${SEGMENT.interface}/accept_dad`, "0").catch(noIpv6);
  await ip(`address add ${SEGMENT.address} dev ${SEGMENT.interface}`);
  await ip(`address add ${MANAGEMENT.address} dev ${MANAGEMENT.interface}`);
  for (const { bmc } of machines) await ip(`address add ${bmc.address}/32 dev ${MANAGEMENT.interface}`);
  for (const { interface: bridge } of [SEGMENT, MANAGEMENT]) await ip(`link set ${bridge} up`);
  for (const machine of machines) {
    await ip(`tuntap add dev ${tapOf(machine)} mode tap`);
    await ip(`link set ${tapOf(machine)} addrgenmode none master ${SEGMENT.interface} up`);
  }
}

async function ip(words: string): Promise<void> {
  await run("ip", words.split(" "), { timeout: 10_000 }).catch((failure: unknown) => {
    const { stderr = "" } = failure as { stderr?: string };
    throw new Error(`\`ip ${words}\` says ${stderr.trim() || reason(failure)}`, { cause: failure });
  });
}

/** A kernel without IPv6 has neither the switch nor the traffic it is for. */
function noIpv6(failure: unknown): void {
  if ((failure as { code?: unknown }).code !== "ENOENT") throw failure;
}
