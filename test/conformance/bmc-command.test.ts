import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { command } from "../../src/bmc/command.ts";
import type { Commands } from "../../src/bmc/core/command-says.ts";
import { everyProcess } from "../interop/processes.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { type Bench, bmcConformance, expectFault, PROMISES } from "./bmc.ts";
import { UPKEEP } from "./promises-of-upkeep.ts";

/** A machine that is a directory, as `virsh` would speak of it. */
const VIRSH = `set -e; cd "$1"; case $2 in
start) test -e on || { echo x >>starts; : >on; };;
destroy) rm -f on;;
reset) echo x >>starts;;
shutdown) test -e deaf || rm -f on;;
domstate) test -e on && echo running || echo "shut off";;
esac`;
const LOGIN = { user: "root", password: "canary 'of' \"$HOME" };
let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "command-"));
  writeFileSync(join(place, "virsh"), VIRSH);
});
afterEach(() => rmSync(place, { recursive: true }));

const words = (act: string) => ["sh", join(place, "virsh"), place, act, "{machine}"];
const commands = (): Commands => ({
  ...{ on: words("start"), off: words("destroy"), reset: words("reset"), soft: words("shutdown") },
  ...{ status: words("domstate"), statusBy: "words", onWords: ["running"], offWords: ["shut off"] },
  withinSeconds: 5,
});
const AT = { machine: "m1", address: "qemu:///system", port: 1, ...LOGIN };
const open = (change: Partial<Commands> = {}) =>
  command(AT, { commands: { ...commands(), ...change }, clock: hastyClock() });

function bench(): Bench {
  return {
    ...{ bmc: open(), at: AT, ...LOGIN, connect: () => open(), nobody: "" },
    machine: async () => ({
      instance: existsSync(join(place, "on")) ? readFileSync(join(place, "starts")).length : undefined,
      nextBoot: "none",
    }),
    deaf: () => {
      writeFileSync(join(place, "deaf"), "");
      return open();
    },
    processes: () =>
      everyProcess()
        .map(({ line }) => line)
        .join("\n"),
  };
}

const noLogin = "a command logs in by itself";
const IGNORED = "a shutdown that the system ignores is a fault, and power off only when asked to";
bmcConformance("command", bench, {
  promises: { ...PROMISES, [IGNORED]: UPKEEP[IGNORED]! },
  excused: {
    "the boot device holds for one start": "a command has no boot device",
    "each boot device reads back as itself": "a command has no boot device",
    "a wrong password and an unknown user are refused logins": noLogin,
    "an address where nothing answers is unreachable, within 30 s": noLogin,
    "the password is on no command line, and who gives up waits no longer": "tried below",
  },
});

test("a program that fails has not said off, whatever it printed", async () => {
  await expectFault(
    open({ status: ["sh", "-c", "echo shut off; exit 3"] }).power(),
    "bmc.failed",
    /ended with 3/,
  );
  await expectFault(open({ status: ["echo", "running and shut off"] }).power(), "bmc.failed", /neither/);
  await expectFault(open({ status: ["/nowhere/virsh"] }).power(), "bmc.failed", /ENOENT/);
});

test("by exit status, 0 is on, 1 is off and the rest cannot tell", async () => {
  const by = (status: number) => open({ statusBy: "exit", status: ["sh", "-c", `exit ${status}`] }).power();

  expect([await by(0), await by(1)]).toEqual(["on", "off"]);
  await expectFault(by(2), "bmc.failed", /ended with 2/);
});

test("names are filled in as one argument, and nothing is read by a shell", async () => {
  const hostile = { ...AT, machine: "m1; touch pwned $(id)" };
  const status = ["sh", "-c", 'test "$#" = 1 && printf "%s is running" "$1"', "sh", "{machine}"];
  const bmc = command(hostile, { commands: { ...commands(), status } });

  expect(await bmc.power()).toBe("on");
});

test("a program that hangs is killed with what it started, and no line shows the password", async () => {
  const marker = `sleep 7${Math.trunc(process.pid)}`;
  const bmc = open({ status: ["sh", "-c", `${marker} & wait`], withinSeconds: 1 });

  const asked = expectFault(bmc.power(), "bmc.failed", /within 1 s/);
  await expect.poll(() => everyProcess().some(({ line }) => line.startsWith(marker))).toBe(true);
  const lines = everyProcess().map(({ line }) => line);
  await asked;

  expect(lines.join("\n")).not.toContain("canary");
  await expect.poll(() => everyProcess().some(({ line }) => line.startsWith(marker))).toBe(false);
});

test("a console is a program's input and output, and its end is told once with its last words", async () => {
  const heard: string[] = [];
  const ends: string[] = [];
  const on = {
    bytes: (bytes: Uint8Array) => heard.push(Buffer.from(bytes).toString()),
    ended: (why: string) => ends.push(why),
  };

  const session = await open({ console: ["cat"] }).openConsole!(on);
  session.write(Buffer.from("\x00\x1e.~.\xff"));
  await expect.poll(() => heard.join("")).toBe(Buffer.from("\x00\x1e.~.\xff").toString());
  await session.close();
  await open({ console: ["sh", "-c", "echo no such domain >&2; exit 1"] }).openConsole!(on);

  await expect.poll(() => ends).toEqual(["it ended with 1: no such domain"]);
  expect(open().openConsole).toBeUndefined();
});
