// What a fresh Debian machine with Node and npm lacks, and how it gets it. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const HERE = join(dirname(fileURLToPath(import.meta.url)), "..");
const OLDEST_NODE = [20, 19];

/** Says what is happening, on stderr: stdout belongs to the answer. */
export const say = (line) => process.stderr.write(`${line}\n`);

export function run(program, args, { env = {}, quiet = false } = {}) {
  const stdio = ["ignore", quiet ? "ignore" : 2, 2];
  const { status, error } = spawnSync(program, args, { cwd: HERE, stdio, env: { ...process.env, ...env } });
  if (error) throw error;
  return status ?? 1;
}

export function must(program, args, options) {
  const status = run(program, args, options);
  if (status === 0) return;
  say(`${program} ${args.join(" ")} failed with exit code ${status}.`);
  process.exit(status);
}

export function ensureNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  say(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exit(2);
}

/** As root installs what is missing and says so; otherwise prints the one command and stops with exit 2. */
export function ensureDebian(purpose) {
  const missing = missingPackages(purpose);
  if (missing.length === 0) return;
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  if (process.getuid() !== 0) {
    say(`Debian packages are missing. Run this once as root, then again what you ran:`);
    say(`  apt-get install --no-install-recommends ${missing.join(" ")}`);
    process.exit(2);
  }
  say(`Installing Debian packages: ${missing.join(" ")}`);
  if (missing.includes("postgresql")) forbidCluster();
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  if (run("apt-get", ["-q", ...install], { env }) === 0) return;
  must("apt-get", ["-q", "update"]);
  must("apt-get", ["-q", ...install], { env });
}

function missingPackages(purpose) {
  const features = JSON.parse(readFileSync(join(HERE, "setup/packages.json"), "utf8"));
  const needs = features
    .filter((feature) => feature.for.includes(purpose))
    .flatMap((feature) => feature.needs);
  const missing = needs.filter((need) => isForUs(need) && !need.any.some(isThere));
  return [...new Set(missing.map((need) => need.package))];
}

/** Whether this Debian has the package at all. */
function isForUs({ release }) {
  return release === undefined || readFileSync("/etc/os-release", "utf8").includes(`VERSION_ID="${release}"`);
}

/** Whether a path exists; one `*` may stand for a directory. */
function isThere(path) {
  const [before, after] = path.split("*");
  if (after === undefined) return existsSync(path);
  return existsSync(before) && readdirSync(before).some((name) => existsSync(`${before}${name}${after}`));
}

/** The service runs a private PostgreSQL: Debian's package must not make and start a cluster of its own. */
function forbidCluster() {
  const directory = "/etc/postgresql-common/createcluster.d";
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "rackhand.conf"), "create_main_cluster = false\n");
}

/** Node packages from the lock file, unless just these are there already. */
export function ensureModules() {
  if (isInstalled()) return;
  say("Installing node packages from the lock file");
  must("npm", ["ci", "--no-audit", "--no-fund"]);
}

/** npm keeps its own list of what it installed; packages for other platforms are optional and not in it. */
function isInstalled() {
  const installed = join(HERE, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  const packagesIn = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const there = packagesIn(installed);
  return Object.entries(packagesIn(join(HERE, "package-lock.json"))).every(
    ([path, { version, optional }]) => path === "" || optional || there[path]?.version === version,
  );
}

/** What `npm run build` makes, when its sources are newer: modules, the program from them, the page. */
export function build() {
  must("node_modules/.bin/tsc", ["-b"]);
  for (const { makes, from, by } of BUNDLES) if (isOld(makes, from)) must(...by);
}

const BUNDLES = [
  {
    makes: "dist/program/rackhand.js",
    from: ["src", "setup/program.config.mjs", "package-lock.json"],
    by: ["node_modules/.bin/rolldown", ["-c", "setup/program.config.mjs"], { quiet: true }],
  },
  {
    makes: "dist/web/index.html",
    from: ["web", "src/api", "src/base", "vite.config.ts", "package-lock.json"],
    by: ["node_modules/.bin/vite", ["build", "--logLevel", "warn"]],
  },
];

/** Whether the program is older than its sources. */
export const isProgramOld = () => isOld(BUNDLES[0].makes, BUNDLES[0].from);

function isOld(made, sources) {
  const path = join(HERE, made);
  return (
    !existsSync(path) || statSync(path).mtimeMs < Math.max(...sources.map((one) => newest(join(HERE, one))))
  );
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
