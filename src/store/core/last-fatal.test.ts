import { expect, test } from "vitest";
import { lastFatal } from "./last-fatal.ts";

test("of several starts the last FATAL line is told", () => {
  const log = [
    '2026-11-24 10:00:00.000 UTC [7] FATAL:  lock file "postmaster.pid" already exists',
    '2026-11-24 10:00:00.000 UTC [7] HINT:  Is another postmaster (PID 6) running in data directory "/d"?',
    "2026-11-24 10:00:01.000 UTC [8] LOG:  starting PostgreSQL 15.18",
    '2026-11-24 10:00:01.000 UTC [8] FATAL:  data directory "/d" has wrong ownership',
    "2026-11-24 10:00:01.000 UTC [8] HINT:  The server must be started by the user that owns it.",
  ].join("\n");

  expect(lastFatal(log)).toBe('data directory "/d" has wrong ownership');
});

test("a program that never got as far as a log line is told too", () => {
  expect(lastFatal("postgres: could not access directory /d: Permission denied\n")).toBe(
    "could not access directory /d: Permission denied",
  );
});

test("a log of a healthy start gives no reason", () => {
  expect(lastFatal("2026-11-24 [8] LOG:  database system is ready to accept connections\n")).toBeUndefined();
});

test("what a starting server answers to those who knock is no reason", () => {
  const log = "[8] FATAL:  could not map shared memory\n[9] FATAL:  the database system is starting up\n";

  expect(lastFatal(log)).toBe("could not map shared memory");
});
