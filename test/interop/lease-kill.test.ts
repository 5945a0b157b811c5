import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import type { Ipv6 } from "../../src/base/ipv6.ts";
import { openLeaseLog } from "../../src/boot/lease-log.ts";
import { openLeaseLog6 } from "../../src/boot/lease-log6.ts";
import { diceFrom } from "../support/dice.ts";
import { openTwoSpaces, type TwoSpaces } from "../support/two-spaces.ts";
import { here, isRoot, TSX } from "./boot-net.ts";

const ROUNDS = Number(process.env.RACKHAND_KILL_ROUNDS ?? 20);
const MOST_ACKS = 60; // in a round
const SEED = Number(process.env.RACKHAND_SEED ?? 1 + (Date.now() % 1_000_000));
const excuse = isRoot ? "" : " (skipped: needs root)";

const POOL = { from: "10.8.1.0" as Ipv4, to: "10.8.200.255" as Ipv4 };
const POOL6 = { from: "2001:db8:9::1000" as Ipv6, to: "2001:db8:9::ffff" as Ipv6 };
const OURS6 = "2001:db8:9::1" as Ipv6;
const logsIn = (directory: string) => ({ path: join(directory, "v4.log"), path6: join(directory, "v6.log") });

let spaces: TwoSpaces | undefined;
afterEach(() => spaces?.close(), 30_000);

const NETWORK = {
  client: `ip link set lo up
ip addr add 10.8.0.1/16 dev lo
ip addr add 10.9.0.2/24 dev c0
ip addr add 2001:db8:9::2/64 dev c0 nodad`,
  server: "ip route add 10.8.0.0/16 via 10.9.0.2",
};

test.skipIf(!isRoot)(
  `killed at random moments, the service loses no lease that it acknowledged and gives none twice (seed ${SEED})${excuse}`,
  async () => {
    const wire = await openTwoSpaces();
    spaces = wire;
    for (const where of ["client", "server"] as const)
      expect(await wire[where](["sh", "-ec", NETWORK[where]])).toMatchObject({ code: 0 });
    const asked = JSON.stringify({ ...logsIn(wire.desk), pool: POOL, pool6: POOL6, ours6: OURS6 });
    const server = [process.execPath, here("lease-server.mjs"), asked];
    const dice = diceFrom(SEED);
    const acknowledged: [mac: string, address: string][] = [];
    let heard = () => {};
    const clients = wire.begin("client", [...TSX, here("lease-clients.ts")]);
    clients.stderr!.pipe(process.stderr);
    createInterface(clients.stdout!).on("line", (line) => {
      acknowledged.push(line.split(" ") as [string, string]);
      heard();
    });

    for (let round = 0; round < ROUNDS; round += 1) {
      const service = await wire.stays("server", server, "ready");
      const ended = new Promise((resolve) => service.once("exit", resolve));
      const most = acknowledged.length + 1 + dice(MOST_ACKS);
      await new Promise<void>((resolve) => {
        heard = () => acknowledged.length >= most && resolve();
        heard();
      });
      service.kill("SIGKILL");
      await ended;
    }
    clients.kill("SIGKILL");

    expect(acknowledged.length).toBeGreaterThan(ROUNDS);
    const owners = new Map(acknowledged.map(([mac, address]) => [address, mac]));
    expect(acknowledged.filter(([mac, address]) => owners.get(address) !== mac)).toEqual([]);
    expect(await lost(wire.desk, owners)).toEqual([]);
  },
  180_000,
);

/** What the next start would not know of. */
async function lost(directory: string, owners: ReadonlyMap<string, string>): Promise<string[]> {
  const { path, path6 } = logsIn(directory);
  const four = await openLeaseLog({ path, pool: POOL, now: Date.now });
  const six = await openLeaseLog6({ path: path6, pool: POOL6, except: OURS6, now: Date.now });
  const gone: string[] = [];
  for (const [address, mac] of owners) {
    const is6 = address.includes(":");
    const owner = await (is6 ? six.ownerAt(address as Ipv6) : four.macAt(address as Ipv4));
    if (owner !== mac) gone.push(`${address} was ${mac}'s, and is ${owner}'s`);
  }
  await four.close();
  await six.close();
  return gone;
}
