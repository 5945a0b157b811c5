import { probeOtherServers } from "../../src/boot/probe-other-servers.ts";

const [name = "s0"] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await probeOtherServers(name, 1500))}\n`);
