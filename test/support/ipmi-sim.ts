import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export type Sim = { port: number; readonly state: string; stop(): Promise<void> };

/** OpenIPMI's ipmi_sim on a loopback port, with a sensor, a second user of ill repute, and a chassis of two files. */
export async function startIpmiSim(user: { name: string; password: string }): Promise<Sim> {
  const state = mkdtempSync(join(tmpdir(), "ipmi-sim-"));
  const port = await freeUdpPort();
  writeFileSync(join(state, "chassis.sh"), CHASSIS);
  writeFileSync(
    join(state, "lan.conf"),
    lanConf(port, { [user.name]: user.password, root: "calvin" }, 'chassis_control "sh chassis.sh sim"'),
  );
  writeFileSync(join(state, "sim.emu"), COMMANDS);
  mkdirSync(join(state, "kept"));
  const sim = spawn("ipmi_sim", ["-c", "lan.conf", "-f", "sim.emu", "-s", "kept", "-n"], {
    cwd: state,
    stdio: "ignore",
  });
  const stop = async () => {
    await end(sim);
    rmSync(state, { recursive: true });
  };
  await listens(port).catch(async (failure) => {
    await stop();
    throw failure;
  });
  return { port, state, stop };
}

async function end(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const gone = once(program, "exit");
  program.kill("SIGKILL"); // it keeps nothing that outlives the test
  await gone;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

async function listens(port: number): Promise<void> {
  const socket = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  for (const until = Date.now() + 10_000; Date.now() < until; await pause(20)) {
    if (readFileSync("/proc/net/udp", "latin1").includes(socket)) return;
  }
  throw new Error("ipmi_sim does not listen after 10 s");
}

/** Of ipmi_sim: its LAN at a loopback port, who may log in there (user 1 has no name, and is off), and other lines. */
export const lanConf = (
  port: number,
  users: Readonly<Record<string, string>>,
  ...more: string[]
) => `name "sim"
set_working_mc 0x20
startlan 1
  addr 127.0.0.1 ${port}
  priv_limit admin
  allowed_auths_admin md5
  guid a123456789abcdefa123456789abcdef
endlan
user 1 false "" "" user 10 md5
${Object.entries(users)
  .map(([name, word], at) => `user ${at + 2} true "${name}" "${word}" admin 10 md5\n`)
  .join("")}${more.join("\n")}
`;
/** A controller that calls itself Supermicro's. */
export const SUPERMICRO = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x2a7c 0x0200
mc_enable 0x20
`;

/** \`sim get power\` prints \`power:1\`; each power-on is a new instance, and takes the boot device with it. */
const CHASSIS = `what=$3
case $2 in
get)
  test $what = boot && test -e forgets && { echo boot:none; exit 0; }
  echo "$what:$(cat $what 2>/dev/null || { test $what = boot && echo none || echo 0; })";;
set)
  case $what in
  power) test "$(cat power 2>/dev/null)" = "$4" || { test $4 = 1 && echo x >>starts && echo none >boot; };;
  reset) echo x >>starts; echo none >boot; exit 0;;
  esac
  echo $4 >$what;;
esac
exit 0
`;

/** The record of the sensor: table 43-1 of IPMI 2.0, degrees C, one byte each. */
const COMMANDS = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
sel_enable 0x20 1000 0x0a
main_sdr_add 0x20 ${sdr()}
sensor_add 0x20 0 1 1 1
sensor_set_value 0x20 0 1 40 0
mc_enable 0x20
`;

function sdr(): string {
  const head = [1, 0, 0x51, 1, 0x33, 0x20, 0, 1, 3, 1, 0x67, 0x68, 1, 1, 0xc0, 0x7a, 0xc0, 0x7a, 0x38, 0x38];
  const reading = [
    0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 7, 0x28, 0x3c, 0x1e, 0x5a, 0, 0x46, 0x3c, 0x32, 5, 10, 15, 2, 2,
  ];
  const name = [0, 0, 0, 0xc8, ...Buffer.from("CPU Temp")];
  return [...head, ...reading, ...name].map((byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
}
