// `npm run test:hosts [-- options]`: sets up everything, boots real Debian trees and has every rule judge and mend them.
import { ensureDebian, ensureModules, ensureNode } from "./machine.mjs";

ensureNode();
ensureDebian("test");
ensureDebian("hosts");
ensureModules();
const { register } = await import("tsx/esm/api");
register();
await import("../test/hosts/main.ts");
