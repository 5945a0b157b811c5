import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What a machine's BMC identified itself with the first time: kept for ever, until a person forgets it. */
export type Pins = {
  read(machine: string, address: string): Promise<string | undefined>;
  learn(machine: string, address: string, fingerprint: string): Promise<void>;
  /** A known_hosts file for OpenSSH, which does the same for host keys. */
  knownHosts(machine: string): Promise<string>;
  /** The program that OpenSSH asks for a password: it prints one variable of its environment. */
  askpass(): Promise<string>;
};

const ASKPASS = "#!/bin/sh\nprintf '%s\\n' \"$RACKHAND_BMC_PASSWORD\"\n";

export function filePins(directory: string): Pins {
  const certificate = (machine: string) => join(directory, `${machine}.certificate`);
  return {
    async read(machine, address) {
      const kept = await readFile(certificate(machine), "utf8").catch((failure: NodeJS.ErrnoException) => {
        if (failure.code === "ENOENT") return "";
        throw failure; // unreadable is not unknown: it would be learned anew
      });
      const [of, fingerprint] = kept.trim().split(" ");
      return of === address ? fingerprint : undefined; // another address is another BMC
    },
    async learn(machine, address, fingerprint) {
      await put(certificate(machine), `${address} ${fingerprint}\n`, 0o600);
    },
    async knownHosts(machine) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return join(directory, `${machine}.known_hosts`);
    },
    async askpass() {
      const path = join(directory, ".askpass");
      await put(path, ASKPASS, 0o700);
      return path;
    },
  };
}

/** Beside and then into place: nobody ever reads a half of it. */
async function put(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = join(dirname(path), `.${randomBytes(8).toString("hex")}`);
  await writeFile(fresh, text, { mode });
  await rename(fresh, path);
}

/** After a BMC was replaced or reset, when a person has said so. */
export async function forgetPins(directory: string, machine: string): Promise<void> {
  for (const kind of ["certificate", "known_hosts"]) {
    await rm(join(directory, `${machine}.${kind}`), { force: true });
  }
}
