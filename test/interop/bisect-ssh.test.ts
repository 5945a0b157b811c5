import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { linesIn } from "../../src/bisect/journal-file.ts";
import { repository } from "../../src/bisect/testing/repository.ts";
import { oracleOf, search } from "../../src/bisect/testing/search.ts";
import type { Host } from "../../src/host/host.ts";
import { overSsh } from "../../src/host/over-ssh.ts";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";

const NO_COMPILER = spawnSync("cc", ["--version"]).error !== undefined ? "cc is not installed" : undefined;
const missing = noSshd ?? NO_COMPILER;
let server: SshServer;
const hosts: Host[] = [];
const hostOf = (name: string): Host => {
  const known = hosts.find((one) => one.name === name) ?? overSsh(name, { config: server.config });
  if (!hosts.includes(known)) hosts.push(known);
  return known;
};
beforeAll(async () => {
  if (missing === undefined) server = await startSshServer();
}, 60_000);
afterAll(async () => {
  for (const host of hosts) await host.close();
  await server?.stop();
});

/** A program that says how many steps it takes, half as many from the culprit on. */
const program = (steps: number) => `#include <stdio.h>
int main(void) { volatile long n = 0; for (long i = 0; i < ${steps}; i++) n++; printf("%ld\\n", n); return 0; }
`;

test.skipIf(missing)(
  `commits are built and measured over ssh, built once though the search was begun twice${missing ? ` (${missing})` : ""}`,
  async () => {
    const source = repository();
    const ids = Array.from({ length: 5 }, (_, at) =>
      source.commit(`c${at}`, { "work.c": program(at < 3 ? 10_000 : 5000), number: `${at}\n` }),
    );
    const name = `ssh-${process.pid}`;
    const wish = {
      name,
      asked: { old: "c0", new: "c4" },
      hosts: ["one-1", "one-2"],
      build: "cc -o work work.c",
    };
    const { drives, directory, shop } = await search(source, { ...wish, oracle: oracleOf("./work") }, hostOf);

    expect(await drives()).toMatchObject({ is: "found", commits: [ids[3]] });

    const lines = linesIn(directory);
    const readings = lines.flatMap((line) => (line.is === "reading" ? [line] : []));
    expect(new Set(readings.map(({ machine }) => machine))).toEqual(new Set(wish.hosts));
    expect(new Set(readings.map(({ value }) => value))).toEqual(new Set([10_000, 5000]));
    const [some] = readings;
    const there = dirname(shop().directoryOf(some!));
    expect(there.startsWith(`/var/tmp/rackhand-bisect-${name}-`)).toBe(true);
    const again = await shop().build({ ...some!, because: "the service was started anew" });
    expect(again).toMatchObject({ is: "built", fresh: false }); // what the process before had built is known there
    await shop().discard(some!);
    expect(readdirSync(there).some((one) => one.startsWith(some!.commit.slice(0, 16)))).toBe(false);
    for (const host of wish.hosts) await shop().leave(host);
    expect(existsSync(there)).toBe(false);
  },
  300_000,
);
