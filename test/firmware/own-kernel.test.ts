import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tinyInitrd } from "../support/tiny-initrd.ts";
import { leftOvers } from "./starting.ts";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const KERNEL = "/usr/lib/debian-installer/images/12/amd64/text/debian-installer/amd64/linux";
const MARKER = "the init of the test says hello";
const run = promisify(execFile);
const patient = { timeout: 150_000, interval: 200 };

let state: string;
let service: ChildProcess;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "rackhand-kernel-"));
  chmodSync(state, 0o711);
});
afterEach(async () => {
  await rackhand(["rack", "down"]);
  const ended = new Promise((resolve) => service.once("exit", resolve));
  service.kill("SIGTERM");
  await ended;
  expect(leftOvers(state)).toEqual([]);
  rmSync(state, { recursive: true });
}, 60_000);

const env = () => ({ ...process.env, RACKHAND_STATE: state });
const rackhand = (args: readonly string[]) => run(process.execPath, [MAIN, ...args], { env: env() });

/** A service, and a rack with one machine that it attends to. */
async function standUp(firmware: "bios" | "uefi"): Promise<void> {
  service = spawn(process.execPath, [MAIN, "serve", "--port", "0"], {
    env: env(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => service.stdout!.once("data", resolve)); // it says where it answers
  await rackhand(["rack", "up", "--firmware", firmware]);
  const attended = async () =>
    (await rackhand(["machine", "show", "m1", "--json"]).catch(() => ({ stdout: "" }))).stdout;
  await expect.poll(attended, patient).toContain('"attended":true');
}

/** What the machine wrote on its serial line until now. */
function written(): string {
  const names = readdirSync(join(state, "recordings"), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".cast"))
    .flatMap((name) =>
      readFileSync(join(state, "recordings", name), "utf8")
        .split("\n")
        .slice(1, -1),
    )
    .map((line) => JSON.parse(line) as [number, string, string])
    .flatMap(([, kind, text]) => (kind === "o" ? [text] : []))
    .join("");
}

test.each(["bios", "uefi"] as const)(
  "a kernel of one's own boots on %s, once, with its own words and the machine's console",
  { timeout: 180_000 },
  async (firmware) => {
    const initrd = join(state, "initrd.img");
    writeFileSync(initrd, tinyInitrd(MARKER));
    await standUp(firmware);
    const own = ["--kernel", KERNEL, "--initrd", initrd, "--append", "panic=-1 test.words=1"];

    const { stdout } = await rackhand(["boot", "m1", "kernel", ...own, "--now"]);
    rmSync(initrd); // it was taken in

    expect(stdout).toMatch(/^kernel \(kernel-[0-9a-f]{12}\) is armed for m1; it boots from the network now/);
    await expect.poll(written, patient).toContain(MARKER);
    // the kernel says it twice, and a simulated BMC may drop what comes in one burst
    expect(written()).toMatch(/ommand line: .*panic=-1 test\.words=1 console=ttyS0,115200n8/);
    const shown = async () =>
      JSON.parse((await rackhand(["machine", "show", "m1", "--json"])).stdout).machine.plan;
    await expect.poll(shown, patient).toMatchObject({ kind: "kernel", state: "used" });
  },
);
