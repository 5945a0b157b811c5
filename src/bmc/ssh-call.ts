import { Fault } from "../base/fault.ts";
import type { Program, Start } from "../process/program.ts";
import { startProgram } from "../process/start-program.ts";
import type { BmcAddress } from "./bmc.ts";
import { sshTroubleOf } from "./core/smash-says.ts";
import type { Pins } from "./pins.ts";
import { refused } from "./refusals.ts";

export type SshNeeds = {
  readonly at: BmcAddress;
  readonly pins: Pins;
  readonly key?: string; // the file of a private key, instead of the password
  readonly start?: Start;
};

/** BMCs are ten years behind: what OpenSSH switched off is allowed to them, after what is better. */
const OLD = [
  "HostKeyAlgorithms=+ssh-rsa",
  "PubkeyAcceptedAlgorithms=+ssh-rsa",
  "KexAlgorithms=+diffie-hellman-group14-sha1,diffie-hellman-group1-sha1",
  "Ciphers=+aes128-cbc,3des-cbc",
];
const SAFE = [
  "StrictHostKeyChecking=accept-new", // the first host key is remembered, another one is refused
  "GlobalKnownHostsFile=none",
  "UpdateHostKeys=no",
  "NumberOfPasswordPrompts=1", // an account lock counts every try
  "ConnectTimeout=15",
  "ServerAliveInterval=15",
  "ServerAliveCountMax=3",
  "ForwardAgent=no",
  "ClearAllForwardings=yes",
  "PermitLocalCommand=no",
  "ProxyCommand=none",
  "IdentityAgent=none",
];

/** OpenSSH with a terminal at the other end; what it is told comes from here alone, not from a ~/.ssh/config. */
export async function startSsh({ at, pins, key, start = startProgram }: SshNeeds): Promise<Program> {
  const known = `UserKnownHostsFile=${await pins.knownHosts(at.machine)}`;
  const how = key === undefined ? "password,keyboard-interactive" : "publickey";
  const identity = key === undefined ? ["IdentityFile=none"] : [`IdentityFile=${key}`, "IdentitiesOnly=yes"];
  const options = [...OLD, ...SAFE, known, `PreferredAuthentications=${how}`, ...identity];
  const words = ["-F", "none", "-e", "none", "-tt", ...options.flatMap((option) => ["-o", option])];
  const env = {
    PATH: process.env.PATH,
    LC_ALL: "C",
    SSH_ASKPASS: await pins.askpass(),
    SSH_ASKPASS_REQUIRE: "force",
    RACKHAND_BMC_PASSWORD: at.password, // where only we and root can read it
  };
  const argv = ["ssh", ...words, "-p", `${at.port}`, "-l", at.user, "--", at.address] as const;
  return start(argv, { env, stdio: ["pipe", "pipe", "pipe"] });
}

/** What it means that ssh ended so. */
export function sshFault(at: BmcAddress, act: string, errors: string): Fault {
  const { is, why } = sshTroubleOf(errors);
  if (is === "changed") {
    return new Fault("bmc.changed", {
      machine: at.machine,
      address: at.address,
      what: "host key",
      found: why,
    });
  }
  if (is === "login-refused") return new Fault("bmc.login-refused", at);
  return is === "unreachable" ? new Fault("bmc.unreachable", at) : refused(at, act, why);
}

export function sshNotStarted(failure: NodeJS.ErrnoException): Error {
  if (failure.code !== "ENOENT") return failure;
  const missing = { what: "A BMC's ssh", missing: "ssh", packages: "openssh-client" };
  return new Fault("setup.package-missing", missing);
}
