import { type HoldOptions, holdRack } from "../../src/rack/hold.ts";

/** Stands for `rackhand rack hold --options JSON`. */
await holdRack(JSON.parse(process.argv.at(-1)!) as HoldOptions);
