import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { isGlob } from "../api/filter.ts";
import type { Machine } from "../api/shapes.ts";
import { Fault, reason } from "../base/fault.ts";
import { counted } from "../base/text.ts";
import { given, says } from "./common.ts";
import type { World } from "./world.ts";

/** Which of the machines, the same for every verb that lists or acts. */
export const filterOptions = {
  label: optional(
    option(
      "--label",
      string({ metavar: "LABELS" }),
      says("Those with these labels: rack=3,role!=db,spare,!old"),
    ),
  ),
  state: optional(
    option("--state", string({ metavar: "STATES" }), says("Those that are so, such as up,installer")),
  ),
};
const NAMES = says("Names; * and ? stand for what is not said (in quotes, or the shell takes them)");
export const machineNames = multiple(argument(string({ metavar: "NAME" }), NAMES));
export const yes = withDefault(
  flag("--yes", says("Do not ask, although it concerns several machines")),
  false,
);
export const severalOptions = { names: machineNames, ...filterOptions, yes };

type Chosen = {
  readonly names: readonly string[];
  readonly label: string | undefined;
  readonly state: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
};
/** What came of it for one machine: the answer for programs, a sentence for people, the exit code. */
export type Came = { readonly answer: unknown; readonly says: string; readonly code?: 0 | 1 | 2 };
type Act = {
  readonly verb: string;
  readonly will: (machine: Machine) => string; // what happens to it, said before anybody is asked
  readonly act: (name: string) => Promise<Came>;
};

const AT_ONCE = 8;

/** One machine that is named goes ahead. Of several each is named with what will happen, and it is asked once. */
export async function severally(chosen: Chosen, { verb, will, act }: Act, world: World): Promise<number> {
  const { out, err } = world;
  const { names, label, state, json } = chosen;
  const [only] = names;
  if (
    names.length === 1 &&
    only !== undefined &&
    !isGlob(only) &&
    label === undefined &&
    state === undefined
  ) {
    const came = await act(only);
    out(json ? JSON.stringify(came.answer) : came.says);
    return came.code ?? 0;
  }
  const machines = await chooseMachines(chosen, verb, world);
  const lines = machines.map((machine) => `  ${machine.name}: ${will(machine)}`);
  await agree(lines, { yes: chosen.yes, verb, count: machines.length }, world);
  let failed = 0;
  await inTurns(machines, async ({ name }) => {
    try {
      const came = await act(name);
      if ((came.code ?? 0) !== 0) failed += 1;
      out(json ? JSON.stringify({ name, done: true, answer: came.answer }) : came.says);
    } catch (error) {
      failed += 1;
      const { id, says: what, remedy } = error instanceof Fault ? error : unforeseen(error);
      if (json) out(JSON.stringify({ name, done: false, fault: { id, says: what, remedy } }));
      else err(`${name}: ${what} ${remedy}  [${id}]`);
    }
  });
  const done = `${machines.length - failed} of ${machines.length} done`;
  if (!json) err(failed === 0 ? done : `${done}, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Names that are no pattern must be there; without a name or a filter nothing is chosen, least of all everything. */
export async function chooseMachines(
  { names, label, state }: Omit<Chosen, "yes" | "json">,
  verb: string,
  { api }: World,
): Promise<Machine[]> {
  if (names.length === 0 && label === undefined && state === undefined)
    throw new Fault("use.wrong", {
      what: "Name the machines, or choose them with --label or --state.",
      verb,
    });
  const { machines } = await api.ask("listMachines", {
    ...given({ name: names.length === 0 ? undefined : names.join(","), label, state }),
  });
  const missing = names.find(
    (name) => !isGlob(name) && !name.includes(",") && !machines.some((one) => one.name === name),
  );
  if (missing !== undefined && label === undefined && state === undefined)
    throw new Fault("machine.unknown", { name: missing });
  if (machines.length === 0) throw new Fault("use.wrong", { what: "No machine fits.", verb });
  return machines;
}

type Agreeing = { readonly yes: boolean; readonly verb: string; readonly count: number };

export async function agree(
  lines: readonly string[],
  { yes: isAgreed, verb, count }: Agreeing,
  { err, confirm }: World,
): Promise<void> {
  for (const line of lines) err(line); // what is printed for programs stays apart
  if (isAgreed) return;
  const what = `That concerns ${counted(count, "machine")}`;
  if (confirm === undefined)
    throw new Fault("use.wrong", { what: `${what}, and nobody is here to agree: add --yes.`, verb });
  if (!(await confirm(`${what}. Go on?`))) throw new Fault("use.wrong", { what: "Nothing was done.", verb });
}

async function inTurns(
  machines: readonly Machine[],
  act: (machine: Machine) => Promise<void>,
): Promise<void> {
  const waiting = [...machines];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, machines.length) }, worker));
}

const unforeseen = (error: unknown) => new Fault("service.failed", { why: reason(error) });
