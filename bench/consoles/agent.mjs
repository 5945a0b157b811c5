// The built agent alone: argv is `agent`, the state directory, a directory of named pipes, and how many machines beside `fast`.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Agent } from "../../dist/agent/agent.js";
import { dialService } from "../../dist/agent/wires.js";
import { openDriver } from "../../dist/bmc/drivers.js";
import { roomFor } from "../../dist/main/small-heap.js";

const [state, pipes, many] = process.argv.slice(3);
const names = [...Array.from({ length: Number(many) }, (_, i) => `m${i}`), "fast"];
const bmc = { address: "none", port: 1, user: "none", password: "none", driver: "command", commands: "pipe" };
const two = (n) => n.toString(16).padStart(2, "0");
const machine = (name, i) => ({
  ...{
    name,
    macs: [`02:00:00:00:${two(i >> 8)}:${two(i & 255)}`],
    firmware: "bios",
    serial: "ttyS0,115200n8",
  },
  ...{ redirected: false, loader: "auto", bmc, plan: null },
});
const segment = {
  ...{ name: "bench", mode: "dhcp", interface: "none", subnet: "10.9.0.1/24", leaseSeconds: 3600 },
  ...{
    pool: { from: "10.9.0.100", to: "10.9.0.199" },
    answerSolicitations: false,
    routers: [],
    nameServers: [],
  },
  ...{ relayed: [], reservations: [], image: "debian-12", unknown: "local" },
};
// `cat` is the driver's program: whatever comes out of it is the serial line
const programs = {
  on: ["true"],
  off: ["true"],
  status: ["echo", "on"],
  console: ["cat", join(pipes, "{machine}")],
};
const commands = {
  pipe: { ...programs, statusBy: "words", onWords: ["on"], offWords: ["off"], withinSeconds: 60 },
};
const agent = new Agent({
  ...{ name: "bench", run: randomUUID(), segment, declares: names.map(machine), now: Date.now },
  openBmc: (record) => openDriver(record, { commands }),
  forgetPins: async () => {},
  roomFor,
  recordings: join(state, "recordings"),
  handFile: async () => ({ is: "missing", because: "there is none" }),
});
const stop = () => void agent.stop().then(() => process.exit());
process.once("SIGTERM", stop);
process.stdin.resume().once("end", stop); // whoever started us is gone
await agent.serve(await dialService(join(state, "agents.sock")));
