import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AptSource, sourceStanza } from "./core/apt-sources.ts";

/** An apt of its own: its lists, cache, state and lock lie under `home`, the system's are never touched. */
export type PrivateApt = {
  readonly home: string;
  readonly options: readonly string[];
  readonly download: string;
};

export async function prepareApt(
  home: string,
  suite: string,
  arch: string,
  mirror: AptSource,
): Promise<PrivateApt> {
  const download = join(home, "download");
  for (const folder of [join(home, "lists/partial"), join(home, "archives/partial"), download]) {
    await mkdir(folder, { recursive: true });
  }
  await writeFile(join(home, "debian.sources"), sourceStanza(mirror, suite));
  await writeFile(join(home, "status"), "");
  await writeFile(join(home, "apt.conf"), NO_HOOKS);
  const settings = Object.entries({
    "Dir::Etc::SourceList": join(home, "debian.sources"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::State": home,
    "Dir::State::Lists": join(home, "lists"),
    "Dir::State::status": join(home, "status"),
    "Dir::Cache": home,
    "Dir::Cache::Archives": join(home, "archives"),
    "APT::Architecture": arch,
    "APT::Architectures": arch,
    "APT::Sandbox::User": "root", // apt's sandbox user cannot write here, and apt would complain each time
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    "Acquire::http::Timeout": "30",
    "Acquire::https::Timeout": "30",
  });
  const options = settings.flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return { home, download, options: ["-c", join(home, "apt.conf"), ...options] };
}

/** What other packages hang on `apt-get update` is meant for the system's lists, not for ours. */
const NO_HOOKS = `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
