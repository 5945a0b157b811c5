import { type Act, whyNot } from "../api/can.ts";
import type { Machine } from "../api/shapes.ts";
import { Fault } from "../base/fault.ts";

/** Says why an act is not possible now, before any BMC is asked. */
export function refuse(act: Act, machine: Machine): void {
  const because = whyNot(act, machine);
  if (because === undefined) return;
  if (machine.bmc === null) throw new Fault("machine.no-bmc", { name: machine.name });
  if (!machine.attended)
    throw new Fault("machine.no-agent", { segment: machine.segment, name: machine.name });
  throw new Fault("use.wrong", {
    what: `${machine.name} cannot do "${act}" now: ${because}.`,
    verb: "power",
  });
}
