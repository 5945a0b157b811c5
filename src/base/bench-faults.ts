/** What can go wrong with measuring; part of the table in fault.ts. */
export const BENCH_FAULTS = {
  "bench.fio-missing": {
    says: "{host} has no fio.",
    remedy: "Run `apt-get install fio` there as root, or say --install-fio.",
  },
  "bench.fio-not-installed": {
    says: "fio could not be installed on {host}: {why}.",
    remedy: "Run `apt-get install fio` there as root.",
  },
  "bench.directory": {
    says: "{host} cannot measure in {directory}: {why}.",
    remedy:
      "Name a directory there that can be written to, on the disk that is to be measured, with --directory.",
  },
  "bench.fio-failed": {
    says: "fio on {host} measured nothing that counts: {why}.",
    remedy: "Mend what it says; docs/bench.md has what a job may ask for. Nothing was kept.",
  },
  "bench.left-behind": {
    says: "{host} could not be cleaned: {place} may still be there, and fio until it ends by itself ({why}).",
    remedy: "Look there when it can be reached: end fio, and remove that directory.",
  },
  "bench.no-job": {
    says: '"{job}" is neither a profile nor a file.',
    remedy: "Profiles are {profiles}; a fio job file is named by its path.",
  },
  "bench.job-wrong": {
    says: "The job {job} cannot be run: {why}.",
    remedy: "Mend it, or --set it otherwise; docs/bench.md has what a job may ask for.",
  },
  "bench.no-run": {
    says: 'No run is called "{name}", and no file.',
    remedy: "`rackhand bench list` shows the runs; one is named by its id, several by their name.",
  },
  "bench.no-metric": {
    says: 'The run {run} has no metric "{metric}".',
    remedy: "It has {metrics}.",
  },
} as const satisfies Record<string, { says: string; remedy: string }>;
