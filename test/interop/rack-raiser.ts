import { Fault, reason } from "../../src/base/fault.ts";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { raiseRack } from "../../src/rack/rack.ts";

/**
 * Raises a rack as told in JSON, turns its machine on through the BMC, says so and stays until it is ended.
 */
try {
  const rack = await raiseRack({ ...JSON.parse(process.argv[2]!), log: () => {} });
  const { name, bmc } = rack.machines[0]!;
  const power = await ipmitool({ machine: name, ...bmc }, { start: rack.run }).act("on");
  process.stdout.write(`power ${power}\n`);
  setInterval(() => {}, 1 << 30);
} catch (failure) {
  process.stdout.write(`${failure instanceof Fault ? failure.id : ""} ${reason(failure)}\n`);
}
