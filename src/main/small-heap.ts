import { setFlagsFromString } from "node:v8";

const LIVE_LONG = ["serve", "start", "agent", "rack"];
/** So many consoles always have something to say, and to be collected: a small heap costs half as much time again. */
const MANY_CONSOLES = 64;

// Service and agent live for months and mostly wait: V8 shall keep its heap small rather than run a little faster. The
// other verbs end soon, and begin sooner without.
// The agent's share is a third less by it; `npm run bench -- idle` prints it, docs/speed.md has what came out.
if (LIVE_LONG.includes(process.argv[2] ?? "")) setFlagsFromString("--optimize-for-size");

/** Told how many consoles this process has; once they are many, its heap may grow for good. */
export function roomFor(consoles: number): void {
  if (consoles >= MANY_CONSOLES) setFlagsFromString("--no-optimize-for-size");
}
