import { openPrivateServer } from "../../src/store/private-server.ts";

/** A service that opens its private server, says so, and waits to be killed. */
const server = await openPrivateServer({ directory: process.argv[2]! });
process.stdout.write(`${JSON.stringify({ pid: server.pid, adopted: server.adopted })}\n`);
setInterval(() => {}, 60_000);
