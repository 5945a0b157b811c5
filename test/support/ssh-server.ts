import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeKey, type Sshd, startSshd } from "./sshd.ts";

/** A real sshd on loopback that lets one key in, as root; and the ssh_config that knows the way. */
export type SshServer = Sshd & {
  readonly place: string; // a directory of its own, for what a test needs besides
  readonly config: string; // a file for `ssh -F`: hosts `one`, and `one-1` … for as many names of the same
};

/**
 * `settings` are lines of sshd_config: ForceCommand. Sessions have an empty home of their own besides `environment`: what
 * root's profile does on this machine is nobody's test.
 */
export async function startSshServer(
  settings: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<SshServer> {
  const place = mkdtempSync(join(tmpdir(), "sshd-"));
  mkdirSync(join(place, "home"));
  makeKey(join(place, "user"));
  const sshd = await startSshd({
    place,
    settings: [...oneKey(place), setEnv({ HOME: join(place, "home"), ...environment }), ...settings],
  });
  writeFileSync(join(place, "known_hosts"), `one ${readFileSync(join(place, "host.pub"), "utf8")}`);
  writeFileSync(join(place, "ssh_config"), clientConfig(place, ["HostName 127.0.0.1", `Port ${sshd.port}`]));
  return {
    ...{ port: sshd.port, place, config: join(place, "ssh_config") },
    get pid() {
      return sshd.pid;
    },
    newHostKey: sshd.newHostKey,
    stop: async () => {
      await sshd.stop();
      rmSync(place, { recursive: true, maxRetries: 5 });
    },
  };
}

const oneKey = (place: string): string[] => [
  `AuthorizedKeysFile ${place}/user.pub`,
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  "PermitRootLogin prohibit-password",
  "MaxStartups 100",
];

/** One line: of several, sshd hears the first. */
const setEnv = (environment: Readonly<Record<string, string>>): string =>
  `SetEnv ${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}`;

/** `one` and the way to it, with the key `user` and the `known_hosts` of that place, and nothing of this machine's. */
export const clientConfig = (place: string, way: readonly string[]) => `
Host one one-*
${way.map((line) => `  ${line}`).join("\n")}
  User root
  HostKeyAlias one
  IdentityFile ${place}/user
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${place}/known_hosts
  GlobalKnownHostsFile none
`;
