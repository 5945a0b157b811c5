import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";

const SPEAKS_WITHIN_MS = 2500;
const BANNER = "Open Source Network Boot Firmware";

/**
 * KVM only when it really runs a guest: inside a virtual machine it may open, show SeaBIOS and hang in
 * iPXE, which changes the processor's mode all the time. So iPXE's banner must appear; where KVM works that
 * takes a second.
 */
export async function findAccel(log: (line: string) => void): Promise<"kvm" | "tcg"> {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
  } catch {
    return "tcg"; // the usual case on a machine without it
  }
  const works = await shows(BANNER, [
    ...[
      "-machine",
      "pc,accel=kvm,graphics=off",
      "-m",
      "64",
      "-nodefaults",
      "-display",
      "none",
      "-vga",
      "none",
    ],
    ...["-netdev", "hubport,id=net0,hubid=0", "-device", "virtio-net-pci,netdev=net0,bootindex=0"],
    ...["-serial", "stdio"],
  ]);
  log(works ? "KVM works" : "KVM is there and does not run a guest: QEMU emulates the processor");
  return works ? "kvm" : "tcg";
}

function shows(text: string, argv: readonly string[]): Promise<boolean> {
  const trial = spawn("qemu-system-x86_64", argv, { stdio: ["ignore", "pipe", "ignore"] });
  const limit = setTimeout(() => trial.kill("SIGKILL"), SPEAKS_WITHIN_MS);
  let heard = "";
  return new Promise((resolve) => {
    trial.stdout.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
      if (heard.includes(text)) trial.kill("SIGKILL");
    });
    trial.once("error", () => resolve(false));
    trial.once("close", () => {
      clearTimeout(limit);
      resolve(heard.includes(text));
    });
  });
}
