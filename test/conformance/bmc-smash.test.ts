import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { filePins, forgetPins } from "../../src/bmc/pins.ts";
import { type SmashOptions, smash } from "../../src/bmc/smash.ts";
import { everyProcess } from "../interop/processes.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { type SmashServer, startSmash } from "../support/smash-server.ts";
import { noSshd } from "../support/sshd.ts";
import { type Bench, bmcConformance, CONSOLE, expectFault, PROMISES } from "./bmc.ts";
import { UPKEEP } from "./promises-of-upkeep.ts";

const LOGIN = { user: "ADMIN", password: 'it\'s a "canary" $HOME' };
const why = noSshd === undefined ? "" : ` (skipped: ${noSshd})`;

describe.skipIf(noSshd !== undefined)(`SMASH-CLP${why}`, () => {
  let server: SmashServer;
  let place: string;

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "pins-"));
    server = await startSmash({ name: LOGIN.user, password: LOGIN.password });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(place, { recursive: true });
  });
  beforeEach(() => {
    for (const file of ["on", "deaf", "hangs", "garbage"]) rmSync(join(server.state, file), { force: true });
  });

  const order = (file: string) => writeFileSync(join(server.state, file), "");
  function open(change: object, options: Partial<SmashOptions> = {}) {
    const at = { machine: "m1", address: "127.0.0.1", port: server.port, ...LOGIN, ...change };
    return smash(at, { pins: filePins(place), clock: hastyClock(), ...options });
  }

  function bench(): Bench {
    const bmc = open({});
    return {
      bmc,
      at: { machine: "m1", address: "127.0.0.1", port: server.port, ...LOGIN },
      ...LOGIN,
      connect: (change) => open(change),
      machine: async () => {
        const instance = existsSync(join(server.state, "on"))
          ? readFileSync(join(server.state, "starts")).length
          : undefined;
        return { instance, nextBoot: "none" };
      },
      deaf: () => {
        order("deaf");
        return open({}, { clock: hastyClock(30) }); // each reading is a login
      },
      line: async () => server.line(),
      endBmc: async () => server.endSessions(),
      nobody: "127.0.0.2",
      processes: () =>
        everyProcess()
          .map(({ line }) => line)
          .join("\n"),
    };
  }

  const noBoot = "the shell has no boot device";
  bmcConformance("smash", bench, {
    promises: {
      ...PROMISES,
      ...CONSOLE,
      "a shutdown that the system ignores":
        UPKEEP["a shutdown that the system ignores is a fault, and power off only when asked to"]!,
    },
    excused: {
      "the boot device holds for one start": noBoot,
      "each boot device reads back as itself": noBoot,
      "the password is on no command line, and who gives up waits no longer":
        "a refused connection ends at once here; tried below",
      "the console shows the firmware's first words": "no machine stands behind this shell",
      "a break reaches the machine at a line's start and in its middle, and nothing besides it":
        "the shell has no key for a break",
      "a session that another client left open is taken over, and that client hears of it":
        "the shell cannot end another's session; refused below",
    },
  });

  test("a console in use is a fault in the shell's words, and free when that one has left", async () => {
    const ears = { bytes: () => {}, ended: () => {} };
    const first = await open({}).openConsole(ears);

    await expectFault(open({}).openConsole(ears), "bmc.failed", /SOL is in use/);

    await first.close();
    const second = await open({}).openConsole(ears);
    await second.close();
  });

  test("firmware that knows no -force is told to stop without it", async () => {
    order("knows-no-force");
    const bmc = open({});
    await bmc.act("on");

    expect(await bmc.act("off")).toBe("off");
    rmSync(join(server.state, "knows-no-force"));
  });

  test("another host key than the first is refused with its fingerprint, until a person says so", async () => {
    await open({}).power();
    await server.newHostKey();

    await expectFault(open({}).power(), "bmc.changed", /host key.*SHA256:/);

    await forgetPins(place, "m1");
    expect(await open({}).power()).toBe("off");
  });

  test("a shell that hangs ends in time, who gives up waits no longer, and no line shows the password", async () => {
    order("hangs");
    const giveUp = new AbortController();
    const asked = open({}).power(giveUp.signal);
    const ours = () => everyProcess().filter(({ line }) => line.includes(`-p ${server.port} `));
    await expect.poll(() => ours().length).toBeGreaterThan(0);

    const lines = everyProcess().map(({ line }) => line);
    giveUp.abort(new Error("given up"));

    await expect(asked).rejects.toThrow("given up");
    await expectFault(open({}, { answersWithinMs: 1500 }).power(), "bmc.failed", /within 1.5 s/);
    expect(lines.join("\n")).not.toContain("canary");
    await expect.poll(() => ours().length).toBe(0);
  });

  test("garbage at the prompt is a fault, not a state", async () => {
    order("garbage");

    await expectFault(open({}).power(), "bmc.failed", /no line `PowerState=`/);
  });
});
