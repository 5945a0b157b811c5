import type { Machine } from "../../src/api/shapes.ts";

/** Every word typed must be found somewhere in what the machine's row says. */
export function matching(machines: readonly Machine[], wanted: string): readonly Machine[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return machines;
  return machines.filter((machine) => {
    const text = rowText(machine).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function rowText({ name, macs, state, power, plan, segment, bmc }: Machine): string {
  const planned = plan === null ? "" : `${plan.kind} ${plan.image ?? ""} ${plan.state} ${plan.by}`;
  const said = [
    name,
    ...macs,
    state.word,
    state.waits ?? "",
    `power ${power}`,
    planned,
    segment,
    bmc?.address ?? "",
  ];
  return said.join(" ");
}
