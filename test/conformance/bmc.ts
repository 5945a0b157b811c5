import type { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { Fault, type FaultId } from "../../src/base/fault.ts";
import type { Bmc, BmcAddress, SolSession } from "../../src/bmc/bmc.ts";

/** What a driver is tried on: a BMC, and a way to look behind it at the machine. */
export type Bench = {
  readonly bmc: Bmc;
  readonly at: BmcAddress;
  readonly password: string;
  readonly user: string;
  connect(change: { password?: string; user?: string; address?: string }): Bmc;
  forgetful?(): Bmc; // takes a boot device and keeps none
  deaf?(): Bmc; // its system ignores a shutdown; a minute passes at once
  happens?(): Promise<void>; // one entry about a temperature in the event log
  /**
   * The machine as it is, not as the BMC says: a number of its running instance, and its next boot device.
   */
  machine(): Promise<{ instance: number | undefined; nextBoot: string }>;
  /** The machine's end of the serial line, while the machine is off. */
  line?(): Promise<Duplex>;
  /** How many breaks have reached the machine since this was asked, while it is off. */
  breaks?(): Promise<{ count(): number; end(): void }>;
  endBmc?(): Promise<void>; // the BMC fails; it comes back by itself
  readonly nobody: string; // an address where nothing answers
  processes(): string; // the command lines of everything that runs
};
export type Promised = (bench: Bench) => Promise<void>;
type Promises = Readonly<Record<string, Promised>>;

/** Every driver keeps every promise, or is excused from it by name and reason. */
export function bmcConformance(
  driver: string,
  bench: () => Bench,
  { promises = PROMISES, excused = {} }: { promises?: Promises; excused?: Record<string, string> } = {},
) {
  for (const [promise, keep] of Object.entries(promises)) {
    const excuse = excused[promise];
    const name = `${driver}: ${promise}${excuse === undefined ? "" : ` (excused: ${excuse})`}`;
    test.skipIf(excuse !== undefined)(name, { timeout: 120_000 }, () => keep(bench()));
  }
}

/** Power, boot device and login. */
export const PROMISES: Promises = {
  "on, off and what is read in between are what the machine does": async ({ bmc, machine }) => {
    const before = await bmc.power();

    const on = await bmc.act("on");
    const { instance } = await machine();
    const off = await bmc.act("off");

    expect({ before, on, off }).toEqual({ before: "off", on: "on", off: "off" });
    expect(instance).toBeDefined();
    expect((await machine()).instance).toBeUndefined();
  },

  "on is fine for a machine that is on, and does not restart it": async ({ bmc, machine }) => {
    await bmc.act("on");
    const { instance } = await machine();

    await bmc.act("on");

    expect((await machine()).instance).toBe(instance);
    await bmc.act("off");
  },

  "cycle turns on a machine that is off": async ({ bmc }) => {
    expect(await bmc.act("cycle")).toBe("on");
    await bmc.act("off");
  },

  "cycle and reset start a running machine anew": async ({ bmc, machine }) => {
    await bmc.act("on");
    const { instance: first } = await machine();

    await bmc.act("reset");
    const { instance: second } = await machine();
    await bmc.act("cycle");
    await expect.poll(async () => (await machine()).instance, { timeout: 10_000 }).toBeDefined();
    const { instance: third } = await machine();

    expect(new Set([first, second, third]).size).toBe(3);
    await bmc.act("off");
  },

  "reset of a machine that is off is a fault that says so": async ({ bmc }) => {
    await expectFault(bmc.act("reset"), "bmc.failed", /is off/);
  },

  "two acts at once are done one after the other": async ({ bmc, machine }) => {
    const both = await Promise.all([bmc.act("on"), bmc.act("off")]);

    expect(both).toEqual(["on", "off"]);
    expect((await machine()).instance).toBeUndefined();
  },

  "the boot device holds for one start": async ({ bmc, machine }) => {
    await bmc.bootOnce!("pxe", { efi: false });
    const { nextBoot: armed } = await machine();

    await bmc.act("on");

    expect(armed).toBe("pxe");
    expect((await machine()).nextBoot).toBe("none");
    await bmc.act("off");
  },

  "each boot device reads back as itself": async ({ bmc }) => {
    for (const device of ["disk", "cdrom", "bios", "pxe", "none"] as const) {
      await expect(bmc.bootOnce!(device, { efi: false }), device).resolves.toBeUndefined();
      expect(await bmc.bootDevice!()).toMatchObject({ device, lasts: "once" });
    }
  },

  "a wrong password and an unknown user are refused logins": async ({ connect, password }) => {
    const wrong = "not-the-password";

    await expectFault(connect({ password: wrong }).power(), "bmc.login-refused");
    await expectFault(connect({ user: "nobody" }).power(), "bmc.login-refused");
    const told = await connect({ user: "nobody" })
      .power()
      .catch((fault: Error) => `${fault.stack}`);
    expect(told).not.toContain(password);
  },

  "an address where nothing answers is unreachable, within 30 s": async ({ connect, nobody }) => {
    const began = Date.now();

    await expectFault(connect({ address: nobody }).power(), "bmc.unreachable");

    expect(Date.now() - began).toBeLessThan(30_000);
  },

  "the password is on no command line, and who gives up waits no longer": async (bench) => {
    const giveUp = new AbortController();
    const asked = bench.connect({ address: bench.nobody }).power(giveUp.signal);
    // the program itself: those that lead it into the rack's namespaces name the address before it begins
    await expect.poll(() => bench.processes()).toMatch(new RegExp(`^ipmitool .*${bench.nobody}`, "m"));

    const lines = bench.processes();
    const began = Date.now();
    giveUp.abort(new Error("given up"));

    await expect(asked).rejects.toThrow("given up");
    expect(Date.now() - began).toBeLessThan(5000);
    expect(lines).not.toContain(bench.password);
  },
};

export const CONSOLE: Promises = {
  "the console shows the firmware's first words": async ({ bmc }) => {
    const { session, heard } = await listen(bmc);

    await bmc.act("on");

    await expect.poll(() => heard.text(), { timeout: 30_000 }).toMatch(/^\W*c?\W*\S*(SeaBIOS|UEFI)/);
    await session.close();
    await bmc.act("off");
  },

  "every byte value reaches the machine as it was typed, and comes back as it was sent": async (bench) => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    // each value after a line's end, in the middle of a line, and doubled
    const typed = Uint8Array.from([...all, ...[...all].flatMap((byte) => [13, byte, byte, 10, byte])]);
    const line = await bench.line!();
    const arrived = collect(line);
    const { session, heard } = await listen(bench.bmc);

    session.write(typed);
    line.write(typed);

    await expect.poll(() => arrived.bytes().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(typed.length);
    await expect.poll(() => heard.bytes().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(typed.length);
    expect(Buffer.from(typed).equals(arrived.bytes())).toBe(true);
    expect(Buffer.from(typed).equals(heard.bytes())).toBe(true);
    await session.close();
    line.destroy();
  },

  "a pasted page arrives whole": async (bench) => {
    const page = Buffer.from(Array.from({ length: 200 }, (_, i) => `line ${i} of a pasted page\r`).join(""));
    const line = await bench.line!();
    const arrived = collect(line);
    const { session } = await listen(bench.bmc);

    session.write(page);

    await expect.poll(() => arrived.bytes().toString(), { timeout: 60_000 }).toBe(page.toString());
    await session.close();
    line.destroy();
  },

  "a break reaches the machine at a line's start and in its middle, and nothing besides it": async (
    bench,
  ) => {
    const [line, breaks] = [await bench.line!(), await bench.breaks!()];
    const arrived = collect(line);
    const { session, heard } = await listen(bench.bmc);

    session.sendBreak();
    session.write(Buffer.from("half")); // OpenIPMI's simulator keeps a break back until a byte follows
    await expect.poll(arrived.text, { timeout: 5000 }).toBe("half");
    expect(breaks.count()).toBe(1);
    session.sendBreak();
    session.write(Buffer.from(" typed\r"));
    await expect.poll(breaks.count, { timeout: 10_000 }).toBe(2);
    await expect.poll(arrived.text, { timeout: 5000 }).toBe("half typed\r");
    line.write("answer");

    await expect.poll(heard.text, { timeout: 5000 }).toBe("answer");
    await session.close();
    line.destroy();
    breaks.end();
  },

  "a session that another client left open is taken over, and that client hears of it": async (bench) => {
    const other = await listen(bench.connect({}));

    const { session, heard } = await listen(bench.bmc);
    const line = await bench.line!();
    line.write("for the new one");

    await expect.poll(() => heard.text(), { timeout: 10_000 }).toBe("for the new one");
    await expect.poll(() => other.ended(), { timeout: 60_000 }).toBeDefined();
    await other.session.close();
    await session.close();
    line.destroy();
  },

  "a closed session is free at once": async ({ bmc }) => {
    await (await listen(bmc)).session.close();
    const began = Date.now();

    const { session } = await listen(bmc);

    expect(Date.now() - began).toBeLessThan(5000);
    await session.close();
  },

  "a session that is lost ends with a reason, once": async (bench) => {
    const { session, ended } = await listen(bench.bmc);

    await bench.endBmc!();

    await expect.poll(ended, { timeout: 90_000 }).toMatch(/\w/);
    await session.close();
  },
};

export async function expectFault(asked: Promise<unknown>, id: FaultId, says = /./): Promise<void> {
  const fault = await asked.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(fault).toBeInstanceOf(Fault);
  expect((fault as Fault).id).toBe(id);
  expect((fault as Fault).says).toMatch(says);
}

type Heard = { bytes(): Buffer; text(): string };
type Listening = { session: SolSession; heard: Heard; ended(): string | undefined };

export async function listen(bmc: Bmc): Promise<Listening> {
  const chunks: Uint8Array[] = [];
  const ends: string[] = [];
  const session = await bmc.openConsole!({
    bytes: (chunk) => chunks.push(Uint8Array.from(chunk)),
    ended: (why) => ends.push(why),
  });
  const bytes = () => Buffer.concat(chunks);
  return {
    session,
    heard: { bytes, text: () => bytes().toString("latin1") },
    ended: () => ends.join(" AND ") || undefined,
  };
}

function collect(line: Duplex): Heard {
  const chunks: Buffer[] = [];
  line.on("data", (chunk: Buffer) => chunks.push(chunk));
  const bytes = () => Buffer.concat(chunks);
  return { bytes, text: () => bytes().toString("latin1") };
}
