import { object } from "@optique/core/constructs";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import { Fault } from "../../base/fault.ts";
import { printable } from "../../base/text.ts";
import { readDuration } from "../../base/units.ts";
import { json, readingsAs, says } from "../common.ts";
import { printSaid } from "../print-said.ts";
import { verb } from "../verb.ts";

export const benchRun = verb({
  words: "bench run",
  says: "Measure a disk with fio, here or on a host, and keep the run",
  example: "rackhand bench run zipf-2x2g --on root@db1 --directory /srv/cached --name linux-4.12",
  options: object({
    job: argument(
      string({ metavar: "JOB" }),
      says("zipf-2x2g, baseline-ssd, baseline-hdd, quick (see bench profiles), or a fio job file"),
    ),
    on: optional(option("--on", string({ metavar: "HOST" }), says("As ssh knows it; else this machine"))),
    runs: optional(
      option(
        "--runs",
        integer({ metavar: "N", min: 1, max: 1000 }),
        says("How many; else as the profile has it"),
      ),
    ),
    name: optional(
      option("--name", string({ metavar: "NAME" }), says("What the runs are called; else as the job is")),
    ),
    directory: optional(
      option(
        "--directory",
        string({ metavar: "DIR" }),
        says(
          "There, on the disk to be measured; else $TMPDIR or /var/tmp. A new directory in it is used, and removed",
        ),
      ),
    ),
    anyFileSystem: withDefault(
      flag(
        "--any-file-system",
        says("Also in memory, in a container's layers, or on another machine's disks"),
      ),
      false,
    ),
    device: optional(
      option(
        "--device",
        string({ metavar: "ID" }),
        says("Instead of files: a disk by its id in /dev/disk/by-id, which nobody uses"),
      ),
    ),
    yes: withDefault(flag("--yes", says("The job may overwrite the device")), false),
    overwriteSignatures: optional(
      option(
        "--overwrite-signatures",
        string({ metavar: "ID" }),
        says("Also when it holds a partition table or a file system: the same id again"),
      ),
    ),
    set: multiple(
      option(
        "--set",
        string({ metavar: "OPTION=VALUE" }),
        says("An option of fio's, for all its jobs: size=8m"),
      ),
    ),
    within: withDefault(
      option(
        "--within",
        string({ metavar: "TIME" }),
        says("What takes longer is ended, and nothing of it kept"),
      ),
      "2h",
    ),
    installFio: withDefault(
      flag("--install-fio", says("Where there is no fio: apt-get install -y fio")),
      false,
    ),
    json,
  }),
  async act({ json: asJson, within, name, ...asked }, world) {
    const time = readDuration(within);
    if (!time.ok) throw new Fault("use.wrong", { what: time.flaw, verb: "bench run" });
    requireName(name, "bench run");
    const wish = { ...asked, name, withinMs: time.value };
    return printSaid(await world.local.benches.run(wish, world.err), asJson, world.out);
  },
});

export const benchList = verb({
  words: "bench list",
  says: "The runs that were kept, the oldest first",
  example: "rackhand bench list",
  options: object({ json }),
  act: async ({ json: asJson }, world) => printSaid(await world.local.benches.list(), asJson, world.out),
});

export const benchProfiles = verb({
  words: "bench profiles",
  says: "The jobs that need no file; with --json their text",
  example: "rackhand bench profiles",
  options: object({ json }),
  act: async ({ json: asJson }, world) => printSaid(await world.local.benches.profiles(), asJson, world.out),
});

export const benchImport = verb({
  words: "bench import",
  says: "Keep what another program measured as a run: fio (JSON, its logs besides), hyperfine, Go, criterion, benchstat, CSV",
  example: "rackhand bench import out.json run_iops.1.log run_iops.2.log --name linux-4.12",
  options: object({
    files: multiple(
      argument(string({ metavar: "FILE" }), says("One run's: fio's JSON and its logs, or one of the others")),
      {
        min: 1,
      },
    ),
    name: optional(
      option("--name", string({ metavar: "NAME" }), says("What the run is called; else as the file")),
    ),
    as: readingsAs,
    json,
  }),
  async act({ json: asJson, ...asked }, world) {
    requireName(asked.name, "bench import");
    return printSaid(await world.local.benches.import(asked), asJson, world.out);
  },
});

const run = argument(string({ metavar: "ID" }), says("The run's id, as bench list has it"));

export const benchShow = verb({
  words: "bench show",
  says: "One run: its metrics, what the kernel counted, what it ran in",
  example: "rackhand bench show 20261129-104500-3fa2",
  options: object({ run, json }),
  act: async ({ run: id, json: asJson }, world) =>
    printSaid(await world.local.benches.show(id), asJson, world.out),
});

export const benchRemove = verb({
  words: "bench remove",
  says: "Remove a run; exit 1 when there is none of that id",
  example: "rackhand bench remove 20261129-104500-3fa2",
  options: object({ run, json }),
  act: async ({ run: id, json: asJson }, world) =>
    printSaid(await world.local.benches.remove(id), asJson, world.out),
});

function requireName(name: string | undefined, verb: string): void {
  if (name === undefined || /^\w[\w.+:~-]{0,79}$/.test(name)) return;
  const what = `"${printable(name)}" is no name: up to 80 letters, digits and . + : ~ - _`;
  throw new Fault("use.wrong", { what, verb });
}
