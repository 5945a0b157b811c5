/** What can go wrong with a bench's target; part of the table in fault.ts. */
export const TARGET_FAULTS = {
  "bench.device-not-by-id": {
    says: "{device} is not the id of a disk, and such a name may be another disk after the next boot.",
    remedy: "Type an id from /dev/disk/by-id. On {host} it has: {ids}.",
  },
  "bench.device-missing": {
    says: "There is no {device} on {host}.",
    remedy: "The ids there are: {ids}.",
  },
  "bench.device-not-block": {
    says: "{device} on {host} is no block device, but a file that stands in its place.",
    remedy: "Look at it (`ls -lL {device}`) and remove it; a disk that is plugged in gets its name back.",
  },
  "bench.device-in-use": {
    says: "{device} ({what}) on {host} is in use: {uses}.",
    remedy: "Choose another disk. If it really is this one, end that first: {ways}.",
  },
  "bench.device-not-empty": {
    says: "{device} ({what}) on {host} is not empty: it holds {signatures}.",
    remedy: "Choose another disk. If all of that may be lost, add `--overwrite-signatures {device}`.",
  },
  "bench.device-read-only": {
    says: "{device} ({what}) on {host} is read-only, and this job writes.",
    remedy: "Choose another disk, or a job that only reads.",
  },
  "bench.device-not-agreed": {
    says: "This job overwrites {device} ({what}) on {host}.",
    remedy: "Add --yes if its content may be lost.",
  },
  "bench.target-not-known": {
    says: "Whether {target} on {host} may be used could not be learnt: {why}.",
    remedy: "Log in as root (`--on root@HOST`, or sudo here), because only root may look into disks.",
  },
  "bench.directory-unfit": {
    says: "{directory} on {host} cannot hold the files of a bench: {why}.",
    remedy: "Name another directory with --directory, or free some space.",
  },
  "bench.directory-odd": {
    says: "{directory} on {host} lies on {kind}: {why}.",
    remedy: "Name another directory with --directory, or add --any-file-system if that is what you measure.",
  },
} as const satisfies Record<string, { says: string; remedy: string }>;
