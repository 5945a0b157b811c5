import { expect, test } from "vitest";
import { readPostmasterPid } from "./postmaster-pid.ts";

test("a running server's file names its process, port and socket directory", () => {
  const text =
    "4711\n/var/lib/rackhand/data\n1764020000\n5432\n/run/there\n\n  1234567     32768\nready   \n";

  const read = readPostmasterPid(text);

  const value = {
    pid: 4711,
    data: "/var/lib/rackhand/data",
    port: 5432,
    socket: "/run/there",
    status: "ready",
  };
  expect(read).toEqual({ ok: true, value });
});

test("a server that has only begun has no socket yet", () => {
  const read = readPostmasterPid("4711\n/data\n1764020000\n5432\n");

  expect(read).toMatchObject({ ok: true, value: { pid: 4711, socket: null } });
});

test("a server in single-user mode counts as a process too", () => {
  expect(readPostmasterPid("-4711\n/data\n")).toMatchObject({ ok: true, value: { pid: 4711 } });
});

for (const text of ["", "\n", "0\n", "1\n", "12.5\n", "postgres\n"]) {
  test(`${JSON.stringify(text)} names no process`, () => {
    expect(readPostmasterPid(text).ok).toBe(false);
  });
}
