import { expect } from "vitest";
import { changePassword } from "../../src/bmc/change-password.ts";
import { realClock } from "../../src/bmc/clock.ts";
import { expectFault, type Promised } from "./bmc.ts";

/** What a driver promises besides power, boot device and console; an ability that is absent is excused by name. */
export const UPKEEP: Readonly<Record<string, Promised>> = {
  "the boot device holds for ever when asked to": async ({ bmc, machine }) => {
    await bmc.bootAlways!("disk", { efi: false });
    const { nextBoot: first } = await machine();
    await bmc.act("on");
    const { nextBoot: second } = await machine();

    expect([first, second]).toEqual(["disk", "disk"]);
    await bmc.act("off");
  },

  "a boot device that reads back otherwise is a fault that says what it reads": async ({ forgetful }) => {
    await expectFault(forgetful!().bootOnce!("pxe", { efi: true }), "bmc.not-confirmed", /none/i);
  },

  "a shutdown that the system ignores is a fault, and power off only when asked to": async ({
    deaf,
    machine,
  }) => {
    const bmc = deaf!();
    await bmc.act("on");

    await expectFault(bmc.act("soft"), "bmc.not-confirmed", /power soft.*reads back on/);
    const { instance } = await machine();
    const off = await bmc.act("soft-or-off");

    expect(instance).toBeDefined();
    expect(off).toBe("off");
  },

  "sensors have a name, a state and what they read": async ({ bmc }) => {
    const sensors = await bmc.sensors!();

    expect(sensors.find(({ name }) => name === "CPU Temp")).toMatchObject({ is: "ok" });
    expect(sensors.find(({ name }) => name === "CPU Temp")!.reads).toMatch(/^40(\.0+)? (degrees C|Cel)$/);
  },

  "the log tells what was written to it": async ({ bmc, happens }) => {
    const before = (await bmc.log!()).length;

    await happens!();

    const log = await bmc.log!();
    expect(log).toHaveLength(before + 1);
    expect(log.at(-1)!.says).toMatch(/Temp/);
  },

  "the controller says what it is": async ({ bmc }) => {
    expect((await bmc.controller!()).firmware).toMatch(/\d/);
  },

  "users are those who may log in, ourselves among them": async ({ bmc, user }) => {
    const ours = (await bmc.users!()).find(({ name }) => name === user);

    expect(ours).toMatchObject({ isOn: true });
    expect(ours!.role).toMatch(/^admin/i);
  },

  "a password of the factory is a finding, whoever's it is": async ({ bmc }) => {
    const findings = await bmc.findings!();

    expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining(["default-password"]));
    expect(findings.find(({ id }) => id === "default-password")!.says).toContain("root");
  },

  "a new password is proven by logging in, and the old one refused; back again": async (bench) => {
    const { bmc, at, connect, password } = bench;
    const next = "aB3dE5gH7jK9mN1pQ3sT"; // 20 characters
    const change = { open: (other: typeof at) => connect({ password: other.password }), clock: realClock };

    const kept = await changePassword(change, at, next);
    const works = kept === "new" ? next : next.slice(0, 16);
    await expectFault(bmc.power(), "bmc.login-refused");
    await connect({ password: works }).power();
    const back = await changePassword(change, { ...at, password: works }, password);

    expect(back).toBe("new");
    await bmc.power();
  },
};
