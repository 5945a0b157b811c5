import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The peers as Debian built them, unpacked beside us: two of them refuse to be installed together. */
const PACKAGES = {
  tftp: ["tftpd-hpa", "atftpd", "libwrap0"],
  http: ["nginx", "wrk", "libluajit-5.1-2"],
  dhcp: ["kea-dhcp4-server"],
  mirror: [
    ...["apt-cacher-ng", "libevent-2.1-7", "libevent-pthreads-2.1-7", "libc-ares2", "libfuse2", "libwrap0"],
    ...["nginx", "wrk", "libluajit-5.1-2"],
  ],
} as const;
/** Of these also what they depend on and this machine lacks: none of it is installed. */
const WITH_NEEDS: ReadonlySet<keyof typeof PACKAGES> = new Set(["dhcp"]);
const CACHE = join(import.meta.dirname, "../../node_modules/.cache/rackhand-peers");

export type Peers = { readonly program: (path: string) => string; readonly env: NodeJS.ProcessEnv };

export function unpackPeers(kind: keyof typeof PACKAGES, log: (line: string) => void): Peers {
  const [debs, root] = [join(CACHE, kind), join(CACHE, kind, "root")];
  if (!existsSync(root)) {
    log(`Fetching Debian packages: ${PACKAGES[kind].join(", ")}`);
    mkdirSync(debs, { recursive: true });
    execFileSync("apt-get", [...fetching(kind, debs), ...PACKAGES[kind]], { cwd: debs, stdio: "ignore" });
    for (const deb of readdirSync(debs).filter((name) => name.endsWith(".deb")))
      execFileSync("dpkg-deb", ["-x", join(debs, deb), root]);
  }
  const libraries = readdirSync(join(root, "usr/lib"))
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => join(root, "usr/lib", name));
  return {
    program: (path) => join(root, path),
    env: { ...process.env, LD_LIBRARY_PATH: libraries.join(":") },
  };
}

function fetching(kind: keyof typeof PACKAGES, into: string): string[] {
  if (!WITH_NEEDS.has(kind)) return ["-q", "download"];
  mkdirSync(join(into, "partial"), { recursive: true });
  const options = [`Dir::Cache::archives=${into}`, "Debug::NoLocking=1", "APT::Sandbox::User=root"];
  const words = ["-q", "-y", "install", "--download-only", "--reinstall", "--no-install-recommends"];
  return [...words, ...options.flatMap((option) => ["-o", option])];
}
