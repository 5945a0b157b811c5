// `npm run bench -- WHAT [--rounds N] [--json]`: sets up everything, builds, measures.
import { existsSync } from "node:fs";
import { build, ensureDebian, ensureModules, ensureNode, must, say } from "./machine.mjs";

ensureNode();
ensureDebian("start");
if (["boot", "tftp", "uefi"].includes(process.argv[2])) ensureDnsmasq();
ensureModules();
build();
// in this process: every further node would share its pages with the one that is measured
const { register } = await import("tsx/esm/api");
register();
await import("../bench/main.ts");

/** The peer that boot and TFTP are measured against; the rule is that of ensureDebian. */
function ensureDnsmasq() {
  if (existsSync("/usr/sbin/dnsmasq")) return;
  const install = ["install", "-y", "--no-install-recommends", "dnsmasq-base"];
  if (process.getuid() !== 0) {
    say("A Debian package is missing. Run this once as root, then again what you ran:");
    say("  apt-get install --no-install-recommends dnsmasq-base");
    process.exit(2);
  }
  say("Installing Debian packages: dnsmasq-base");
  must("apt-get", ["-q", ...install], { env: { DEBIAN_FRONTEND: "noninteractive" } });
}
