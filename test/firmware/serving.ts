import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import type { TwoSpaces } from "../support/two-spaces.ts";
import type { Place } from "./places.ts";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");

/** `rackhand serve` with a settings file, at the server's end; what the command line asks it. */
export type Serving = {
  readonly ask: (args: readonly string[]) => Promise<string>;
  readonly timeline: () => Promise<TimelineEvent[]>;
  /** Why the machine does not get on; empty when nothing stands in its way. */
  readonly why: () => Promise<string>;
};

export async function serve(
  spaces: TwoSpaces,
  wish: { state: string; place: Place; image: string },
): Promise<Serving> {
  const { state, place, image } = wish;
  const config = join(spaces.desk, "rackhand.toml");
  const segment = `[[segment]]\nname = "local"\ninterface = "s0"\nimage = "${image}"\n${place.segment}\n`;
  writeFileSync(config, `[service]\nport = 0\n${segment}`);
  const rackhand = ["env", `RACKHAND_STATE=${state}`, process.execPath, MAIN];
  await spaces.stays("server", [...rackhand, "serve", "--config", config], "answers on s0");
  const run = (args: readonly string[]) => spaces.server([...rackhand, ...args]);
  const ask: Serving["ask"] = async (args) => {
    const { code, output } = await run(args);
    if (code !== 0) throw new Error(`rackhand ${args.join(" ")}: ${output}`);
    return output;
  };
  return {
    ask,
    timeline: async () => {
      const lines = (await ask(["machine", "timeline", NAME, "--json"])).trim().split("\n");
      return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as TimelineEvent);
    },
    why: async () => {
      const { output } = await run(["machine", "why", NAME, "--json"]); // exit 1: there is a reason
      return (JSON.parse(output) as { says: string | null }).says ?? "";
    },
  };
}

export const [NAME, MAC] = ["m1", "52:54:00:aa:bb:01"];

/** The machine, whose firmware speaks on the serial line itself; armed, it installs by itself. */
export async function putOnRecord(
  { ask }: Serving,
  wish: { add: readonly string[]; serial?: string | undefined; armed: boolean; image: string },
): Promise<void> {
  const known = ["--mac", MAC, "--serial", wish.serial ?? "ttyS0,115200n8", "--redirected"];
  await ask(["machine", "add", NAME, ...known, ...wish.add]);
  const plan = wish.image === "live" ? "live" : "installer";
  if (wish.armed) await ask(["boot", NAME, plan, "--image", wish.image]);
}
