import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { requireFio } from "../../src/bench/measure.ts";
import { here } from "../../src/host/here.ts";
import type { Host } from "../../src/host/host.ts";

const missing =
  process.getuid?.() !== 0
    ? "it takes root"
    : ["/usr/bin/apt-get", "/usr/bin/dpkg-deb"].find((one) => !existsSync(one));
const root = mkdtempSync(join(tmpdir(), "rackhand-install-"));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
const place = (...path: string[]): string => {
  mkdirSync(join(root, ...path), { recursive: true });
  return join(root, ...path);
};

/** A package called fio in an archive of files, whose program says a version and no more. */
function archive(): string {
  const [build, pool] = [place("build"), place("archive")];
  mkdirSync(join(build, "DEBIAN"), { recursive: true });
  mkdirSync(join(build, "usr/bin"), { recursive: true });
  const control = [
    "Package: fio",
    "Version: 3.33-3",
    "Architecture: all",
    "Maintainer: nobody",
    "Description: none",
  ];
  writeFileSync(join(build, "DEBIAN/control"), `${control.join("\n")}\n`);
  writeFileSync(join(build, "usr/bin/fio"), "#!/bin/sh\necho fio-3.33\n", { mode: 0o755 });
  execFileSync("dpkg-deb", ["--root-owner-group", "--build", build, join(pool, "fio.deb")], {
    stdio: "ignore",
  });
  const bytes = readFileSync(join(pool, "fio.deb"));
  const sum = createHash("sha256").update(bytes).digest("hex");
  const listed = [...control, "Filename: ./fio.deb", `Size: ${bytes.length}`, `SHA256: ${sum}`];
  writeFileSync(join(pool, "Packages"), `${listed.join("\n")}\n`);
  return pool;
}

/** Debian's own apt and dpkg as they are, told by APT_CONFIG that their system is a directory of ours. */
function small(lists: string): Host {
  const target = place("target");
  for (const one of ["var/lib/dpkg/info", "var/lib/dpkg/updates", "etc/apt", "var/log"]) place("target", one);
  writeFileSync(join(target, "var/lib/dpkg/status"), "");
  for (const one of ["state/lists/partial", "cache/archives/partial", "log", "parts"]) place(one);
  writeFileSync(join(root, "sources.list"), lists);
  const config = [
    `Dir::State "${root}/state"; Dir::State::status "${target}/var/lib/dpkg/status"; Dir::Cache "${root}/cache";`,
    `Dir::Log "${root}/log"; Dir::Etc::sourcelist "${root}/sources.list"; Dir::Etc::sourceparts "${root}/parts";`,
    `DPkg::Options { "--root=${target}"; "--force-not-root"; }; APT::Sandbox::User "root"; APT::Architecture "amd64";`,
  ];
  writeFileSync(join(root, "apt.conf"), config.join("\n"));
  const env = { APT_CONFIG: join(root, "apt.conf"), PATH: `${target}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin` };
  const host = here("small");
  const without = (argv: readonly string[]): readonly [string, ...string[]] =>
    argv[0] === "fio" ? [join(target, "usr/bin/fio"), ...argv.slice(1)] : (argv as [string, ...string[]]);
  return {
    ...host,
    run: (command) => host.run({ ...command, argv: without(command.argv), env: { ...env, ...command.env } }),
  };
}

test.skipIf(missing !== undefined)(
  `--install-fio has apt install it, says so before, and nothing when it is there${missing ? ` (${missing})` : ""}`,
  async () => {
    const host = small(`deb [trusted=yes] file:${archive()} ./\n`);
    const told: string[] = [];
    const by = { signal: new AbortController().signal, tell: (what: string) => told.push(what) };
    await host.run({ argv: ["apt-get", "update"], withinMs: 60_000 });

    await expect(requireFio(host, false, by)).rejects.toMatchObject({ id: "bench.fio-missing" });
    expect(existsSync(join(root, "target/usr/bin/fio"))).toBe(false); // not without consent
    await requireFio(host, true, by);
    await requireFio(host, true, by);

    expect(existsSync(join(root, "target/usr/bin/fio"))).toBe(true);
    expect(told).toEqual(["Installing fio on small: apt-get install -y fio"]);
  },
  60_000,
);

test.skipIf(missing !== undefined)(
  `an archive that has no fio is told in apt's words${missing ? ` (${missing})` : ""}`,
  async () => {
    const host = small("");
    await host.run({ argv: ["apt-get", "update"], withinMs: 60_000 });
    rmSync(join(root, "target"), { recursive: true });
    const bare = small("");

    const refused = requireFio(bare, true, { signal: new AbortController().signal, tell: () => {} });

    await expect(refused).rejects.toMatchObject({
      id: "bench.fio-not-installed",
      says: expect.stringContaining("fio"),
    });
  },
  60_000,
);
