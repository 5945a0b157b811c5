import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Programs of Debian packages, unpacked and never installed: no daemon of theirs starts here. */
export type Peers = {
  readonly program: (name: string) => string;
  readonly env: NodeJS.ProcessEnv;
  readonly close: () => void;
};

/** Why they cannot be had, else the programs; apt fetches what they depend on and this machine lacks. */
export function unpackPeers(packages: readonly string[]): Peers | string {
  const home = mkdtempSync(join(tmpdir(), "peers-"));
  const [archives, root] = [join(home, "archives"), join(home, "root")];
  mkdirSync(join(archives, "partial"), { recursive: true });
  const options = [`Dir::Cache::archives=${archives}`, "Debug::NoLocking=1", "APT::Sandbox::User=root"];
  const fetch = ["install", "--download-only", "--reinstall", "-y", "-qq", "--no-install-recommends"];
  const fetched = spawnSync("apt-get", [...fetch, ...options.flatMap((one) => ["-o", one]), ...packages], {
    encoding: "utf8",
    timeout: 120_000,
  });
  const files = readdirSync(archives).filter((name) => name.endsWith(".deb"));
  for (const name of files) spawnSync("dpkg-deb", ["-x", join(archives, name), root]);
  if (fetched.status !== 0 || files.length === 0) {
    rmSync(home, { recursive: true });
    return `apt cannot fetch ${packages.join(" ")}: ${fetched.error?.message ?? fetched.stderr.trim()}`;
  }
  // a package of programs alone brings no libraries
  const libraries = ["usr/lib", "lib"]
    .map((lib) => join(root, lib))
    .filter((lib) => existsSync(lib))
    .flatMap((lib) => readdirSync(lib).map((name) => join(lib, name)))
    .filter((path) => path.includes("linux-gnu"));
  const program = (name: string) => join(root, "usr/sbin", name);
  const kea = { KEA_LOCKFILE_DIR: home, KEA_PIDFILE_DIR: home, KEA_LFC_EXECUTABLE: program("kea-lfc") };
  return {
    program,
    env: { ...process.env, ...kea, LD_LIBRARY_PATH: libraries.join(":") },
    close: () => rmSync(home, { recursive: true }),
  };
}
