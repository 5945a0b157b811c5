// `npm start [-- options]`: sets up everything, builds, and runs `rackhand start`.
import { spawn } from "node:child_process";
import { build, ensureDebian, ensureModules, ensureNode, HERE } from "./machine.mjs";

ensureNode();
ensureDebian("start");
ensureModules();
build();

const child = spawn(process.execPath, ["dist/program/rackhand.js", "start", ...process.argv.slice(2)], {
  cwd: HERE,
  stdio: "inherit",
});
// ctrl-C reaches the child by the terminal; this process only waits for its orderly end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
