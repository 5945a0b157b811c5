// `npm run test:firmware [-- options]`: sets up everything, builds, boots real firmware in every place.
import { build, ensureDebian, ensureModules, ensureNode } from "./machine.mjs";

ensureNode();
ensureDebian("test");
ensureDebian("firmware");
ensureModules();
build();
const { register } = await import("tsx/esm/api");
register();
await import("../test/firmware/main.ts");
