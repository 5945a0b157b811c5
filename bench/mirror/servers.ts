import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Peers } from "../tftp/peers.ts";
import { BYTES } from "./rows.ts";

export type Name = "rackhand" | "apt-cacher-ng";
export const NAMES: readonly Name[] = ["rackhand", "apt-cacher-ng"];
const [OURS, PEERS, UPSTREAM] = ["10.9.0.1", "10.9.0.2", "10.9.0.3"];

/** A file by a name of its own: the mirror outside gives the same bytes under any. */
export const urlOf = (name: Name, size: keyof typeof BYTES, label: string): string =>
  name === "rackhand"
    ? `http://${OURS}:3142/debian/pool/${label}_${size}.deb`
    : `http://${PEERS}:3142/${UPSTREAM}/debian/pool/${label}_${size}.deb`;

/** argv of the mirror outside (nginx) and of both that are measured. */
export function serversIn(home: string, { program }: Peers): Record<Name | "upstream", readonly string[]> {
  return {
    upstream: [program("usr/sbin/nginx"), "-c", nginxConf(home), "-p", home, "-e", "/dev/null"],
    rackhand: [
      process.execPath,
      join(import.meta.dirname, "serve-mirror.mjs"),
      ...[OURS, join(home, "rackhand"), `http://${UPSTREAM}/debian`],
    ],
    "apt-cacher-ng": [program("usr/sbin/apt-cacher-ng"), "-c", acngConf(home, program)],
  };
}

function nginxConf(home: string): string {
  mkdirSync(join(home, "tree"), { recursive: true });
  for (const [size, bytes] of Object.entries(BYTES)) {
    const rest = Uint8Array.from({ length: bytes - 8 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    writeFileSync(join(home, "tree", `${size}.deb`), Buffer.concat([Buffer.from("!<arch>\n"), rest]));
  }
  const own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const conf = join(home, "nginx.conf");
  writeFileSync(
    conf,
    `user root; daemon off; worker_processes 2; pid ${home}/nginx.pid; error_log /dev/null;
events { worker_connections 1024; }
http {
  sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000;
  ${own.map((name) => `${name}_temp_path ${home}/nginx-${name};`).join(" ")}
  server { listen ${UPSTREAM}:80; root ${home}/tree; rewrite ^.*_(small|large)\\.deb$ /$1.deb break; }
}
`,
  );
  return conf;
}

/** As Debian sets it up, but for its places and without a log. */
function acngConf(home: string, program: Peers["program"]): string {
  const folder = join(home, "acng");
  for (const name of ["conf", "cache", "log"]) mkdirSync(join(folder, name), { recursive: true });
  const lines = [
    `CacheDir: ${folder}/cache`,
    `LogDir: ${folder}/log`,
    `SupportDir: ${program("usr/lib/apt-cacher-ng")}`,
    `PidFile: ${folder}/pid`,
    `SocketPath: ${folder}/socket`,
    `BindAddress: ${PEERS}`,
    "Port: 3142",
    "ForeGround: 1",
    "VerboseLog: 0",
    "ExThreshold: 4",
  ];
  writeFileSync(join(folder, "conf/acng.conf"), `${lines.join("\n")}\n`);
  return join(folder, "conf");
}
