import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quoted } from "../../src/base/quoted.ts";
import type { Command, Ran } from "../../src/host/host.ts";
import { BESIDE_BMC, BMC, BMC_DEVICES } from "./guest-bmc.ts";
import { type Places, placesOf } from "./places.ts";

/** In the guest: each line is a command and its input in base64; its status, words and complaints go back so. */
const AGENT = `modprobe virtio_console; modprobe brd rd_nr=4 rd_size=98304
until p=$(ls /dev/vport*p1 2>/dev/null); do sleep 0.1; done; exec 3<>$p; echo ready >&3
while read -r within does gives <&3; do
  echo "$does" | base64 -d >/run/does; echo "\${gives#.}" | base64 -d >/run/gives
  timeout -k 2 "$within" setsid sh /run/does </run/gives >/run/out 2>/run/err 3>&-; s=$?
  echo "$s .$(base64 -w0 /run/out) .$(base64 -w0 /run/err)" >&3
done`;

const UP_WITHIN_MS = 300_000;
export const SLOW = 30; // QEMU translates all instructions, and has a part of a processor

/** A Debian under QEMU with a kernel, a BMC and a card of its own, four empty disks in memory; what it writes is gone with it. */
export async function bootGuest(place: string, signal?: AbortSignal): Promise<Places> {
  const own = await mkdtemp(join(tmpdir(), "guest-"));
  const door = createServer();
  door.listen(join(own, "door"));
  const job = Buffer.from(AGENT);
  await writeFile(join(own, "job"), Buffer.concat([job, Buffer.alloc(512 - (job.length % 512))]));
  const drive = (file: string, more: string) => ["-drive", `file=${file},format=raw,if=virtio,${more}`];
  const nvme = (serial: string, warning: string) => [
    ...["-drive", `if=none,id=${serial},driver=null-co,read-zeroes=on,size=16M`],
    ...["-device", `nvme,drive=${serial},serial=${serial},smart_critical_warning=${warning}`],
  ];
  for (const [name, text] of Object.entries(BMC)) await writeFile(join(own, name), text);
  const child = spawn(
    "unshare",
    [
      ...["--net", "--pid", "--fork", "--kill-child", "sh", "-ec", BESIDE_BMC, "sh"],
      ...["-machine", "q35,accel=tcg", "-m", "1024", "-nodefaults", "-no-reboot", "-display", "none"],
      ...["-kernel", join(place, "vmlinuz"), "-initrd", join(place, "initrd.img")],
      ...["-append", "root=/dev/vda rw console=ttyS0,115200 quiet panic=-1 no_timer_check"],
      ...[...drive(join(place, "disk.img"), "snapshot=on"), ...drive(join(own, "job"), "readonly=on")],
      ...[...nvme("well", "0"), ...nvme("failing", "4")],
      ...BMC_DEVICES,
      ...["-serial", "stdio", "-serial", "null", "-device", "virtio-serial-pci"],
      ...[
        "-chardev",
        `socket,id=c,path=${join(own, "door")}`,
        "-device",
        "virtserialport,chardev=c,name=job",
      ],
    ],
    { stdio: ["ignore", "pipe", "pipe"], cwd: own },
  );
  let console = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => {
      console = (console + bytes).slice(-4000);
    });
  const gone = once(child, "close");
  const end = async () => {
    child.kill("SIGKILL");
    await gone;
    door.close();
    await rm(own, { recursive: true, force: true });
  };
  try {
    const limit = AbortSignal.any([AbortSignal.timeout(UP_WITHIN_MS), ...(signal ? [signal] : [])]);
    const [line] = (await once(door, "connection", { signal: limit })) as [Socket];
    const lines = linesOf(line, gone);
    if ((await lines.next(limit)) !== "ready") throw new Error("its agent said something else");
    const run = async ({ argv, input = "", withinMs }: Command): Promise<Ran> => {
      const [does, gives] = [Buffer.from(`exec ${argv.map(quoted).join(" ")}`), Buffer.from(input)];
      const seconds = Math.ceil((withinMs * SLOW) / 1000);
      line.write(`${seconds} ${does.toString("base64")} .${gives.toString("base64")}\n`);
      const began = performance.now();
      const said = await lines.next(AbortSignal.timeout((seconds + 30) * 1000));
      const [status, out = ".", err = "."] = said.split(" ");
      const isLate = status === "124" || status === "137";
      return {
        end: isLate ? { is: "late" } : { is: "exit", status: Number(status) },
        stdout: Buffer.from(out.slice(1), "base64"),
        stderr: Buffer.from(err.slice(1), "base64"),
        tookMs: performance.now() - began,
      };
    };
    return placesOf(
      { name: "guest", run, close: async () => {} },
      ["nsenter", "-t", `${child.pid}`, "-n"],
      end,
    );
  } catch (error) {
    await end();
    throw new Error(`${place} did not come up: ${console.slice(-1000)}`, { cause: error });
  }
}

/** One line after the other, as they are waited for. */
function linesOf(socket: Socket, gone: Promise<unknown>) {
  let said = "";
  let woken = () => {};
  socket.setEncoding("latin1").on("data", (text) => {
    said += text;
    woken();
  });
  const next = async (signal: AbortSignal): Promise<string> => {
    for (let end = said.indexOf("\n"); ; end = said.indexOf("\n")) {
      if (end !== -1) {
        const line = said.slice(0, end);
        said = said.slice(end + 1);
        return line;
      }
      signal.throwIfAborted();
      await Promise.race([
        new Promise<void>((resolve) => {
          woken = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        }),
        gone.then(() => Promise.reject(new Error("QEMU has ended"))),
      ]);
    }
  };
  return { next };
}
