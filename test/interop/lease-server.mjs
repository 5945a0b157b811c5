// The built boot service with its leases on disk, to be killed (lease-kill.test.ts): argv is JSON.
import { memoryLeases } from "../../dist/boot/core/leases.js";
import { openLeaseLog } from "../../dist/boot/lease-log.js";
import { openLeaseLog6 } from "../../dist/boot/lease-log6.js";
import { openBoot } from "../../dist/boot/open-boot.js";

const { path, path6, pool, pool6, ours6 } = JSON.parse(process.argv[2]);
const far = { subnet: { address: "10.8.0.1", prefix: 16 }, pool };
const near = { from: "10.9.0.100", to: "10.9.0.150" };
const now = Date.now;
const leases = await openLeaseLog({ path, pool, now });
const leases6 = await openLeaseLog6({ path: path6, pool: pool6, except: ours6, now });
await openBoot({
  segment: {
    ...{ name: "test", interface: "s0", answerSolicitations: false, leaseSeconds: 3600 },
    ...{ subnet: { address: "10.9.0.1", prefix: 24 }, pool: near, relayed: [far] },
    ipv6: { mode: "lease", subnet: { address: ours6, prefix: 64 }, pool: pool6, leaseSeconds: 3600 },
  },
  leases: memoryLeases(near, now),
  leasesOf: () => leases,
  leases6Of: () => leases6,
  machineOf: () => undefined,
  fileFor: () => ({ is: "missing", because: "it is a test of leases" }),
  observe: () => {},
  now,
});
process.stdout.write("ready\n");
