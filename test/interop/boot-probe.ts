import { probeOtherServers } from "../../src/boot/probe-other-servers.ts";
import { probeOtherServers6 } from "../../src/boot/probe-other-servers6.ts";

const [name = "s0", family] = process.argv.slice(2);
const probe = family === "6" ? probeOtherServers6 : probeOtherServers;
process.stdout.write(`${JSON.stringify(await probe(name, 1500))}\n`);
