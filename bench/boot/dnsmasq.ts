import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ipmitool } from "../../src/bmc/ipmitool.ts";
import { MachineConsole } from "../../src/console/console.ts";
import { Stack } from "../../src/main/stack.ts";
import { type Rack, raiseRack } from "../../src/rack/rack.ts";
import type { Side } from "./one-boot.ts";
import { poweredOnAt } from "./power-on.ts";
import { type Marks, noteDnsmasq, notePxelinux, noteSighting } from "./stages.ts";

/** dnsmasq as an administrator would set it up for Debian's netboot.tar.gz: DHCP, TFTP, pxelinux.0. */
const argvOf = ({ segment }: Rack, tree: string, leases: string) =>
  [
    ...["dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--log-facility=-", "--pid-file="],
    ...["--user=root", "--port=0", `--interface=${segment.interface}`, "--bind-interfaces"],
    ...[
      `--dhcp-range=${segment.pool.first},${segment.pool.last},1h`,
      `--dhcp-leasefile=${leases}`,
      "--log-dhcp",
    ],
    ...["--dhcp-boot=pxelinux.0", "--enable-tftp", `--tftp-root=${tree}`],
  ] as [string, ...string[]];

/** The same rack as Rackhand's, attended by dnsmasq; power and console by the same driver of the same BMC. */
export const dnsmasqSide: Side = async ({ state, tree, entry, log }, marks, until) => {
  const opened = new Stack();
  try {
    const rack = await raiseRack({ state, entry, machines: 1, firmware: "bios", log });
    opened.add(rack, (one) => one.stop());
    const [{ name, bmc: login }] = rack.machines as [Rack["machines"][number]];
    await until(attend(rack, { tree, state, marks, opened }));
    const bmc = ipmitool({ machine: name, ...login }, { start: (argv, options) => rack.run(argv, options) });
    const recordings = join(state, "recordings");
    const seen = watchConsole(opened, { machine: name, source: endsWhenClosed(bmc), recordings }, marks);
    await until(seen.attached);
    await until(bmc.bootOnce("pxe", { efi: false }));
    await until(bmc.act("on"));
    marks.powerOn = poweredOnAt(state);
    await until(seen.started);
  } finally {
    await opened.stop();
  }
};

type Attended = { tree: string; state: string; marks: Marks; opened: Stack };

/** Resolves when dnsmasq serves. */
function attend(rack: Rack, { tree, state, marks, opened }: Attended): Promise<void> {
  const argv = argvOf(rack, tree, join(state, "dnsmasq.leases"));
  const server = rack.run(argv, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  opened.add(server, endOf);
  return new Promise((resolve, reject) => {
    let last = "it said nothing";
    createInterface({ input: server.stderr! }).on("line", (line) => {
      last = line;
      noteDnsmasq(marks, line, Date.now());
      if (line.includes("TFTP root is")) resolve();
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`dnsmasq ended: ${last}`)));
  });
}

function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

/** A driver tells no end that it was asked for, and a console's stop waits for one. */
const endsWhenClosed = (source: Watched["source"]): Watched["source"] => ({
  openConsole: async (on, signal) => {
    const session = await source.openConsole(on, signal);
    const close = () => session.close().then(() => on.ended("it is closed"));
    return { write: (bytes) => session.write(bytes), sendBreak: () => session.sendBreak(), close };
  },
});

type Watched = Pick<ConstructorParameters<typeof MachineConsole>[0], "machine" | "source" | "recordings">;

function watchConsole(opened: Stack, watched: Watched, marks: Marks) {
  let [attach, start]: (() => void)[] = [];
  const attached = new Promise<void>((resolve) => {
    attach = resolve;
  });
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const console = new MachineConsole({
    ...watched,
    now: Date.now,
    changed: () => {},
    observe: (event) => {
      noteSighting(marks, event);
      if (event.kind === "console.attached") attach?.();
      if (marks.linuxVersion !== undefined) start?.();
    },
  });
  opened.add(console, (one) => one.stop());
  let tail = "";
  console.watch({ viewer: "bench", who: "the benchmark" }, (say) => {
    if (say.is !== "bytes") return;
    tail = (tail + Buffer.from(say.data, "base64").toString("latin1")).slice(-2000);
    notePxelinux(marks, tail, Date.now());
  });
  return { attached, started };
}
