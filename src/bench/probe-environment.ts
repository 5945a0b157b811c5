import { latin1 } from "../base/text.ts";
import type { Host } from "../host/host.ts";
import { type Looked, readEnvironment } from "./core/environment.ts";
import { ENVIRONMENT_SCRIPT } from "./core/environment-script.ts";

const WITHIN_MS = 20_000;
const MOST_BYTES = 8 << 20; // two lines for each process

/** What surrounds a bench now; undefined when the host does not tell, which stops no bench. */
export async function probeEnvironment(
  host: Host,
  target: string,
  what: "all" | "moment", // the settings as well, or only what changes
  signal?: AbortSignal,
): Promise<Looked | undefined> {
  const ran = await host.run({
    argv: ["sh", "-s", "--", target, what],
    input: ENVIRONMENT_SCRIPT,
    withinMs: WITHIN_MS,
    mostBytes: MOST_BYTES,
    ...(signal !== undefined && { signal }),
  });
  const looked = readEnvironment(latin1(ran.stdout));
  return looked.ok ? looked.value : undefined;
}
