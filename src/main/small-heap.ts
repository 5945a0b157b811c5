import { setFlagsFromString } from "node:v8";

// Service and agent live for months and mostly wait: V8 shall keep its heap small rather than run a little faster.
// The agent's share is a third less by it; `npm run bench -- idle` prints it, docs/speed.md has what came out.
setFlagsFromString("--optimize-for-size");
