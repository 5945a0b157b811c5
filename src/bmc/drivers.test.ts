import { expect, test } from "vitest";
import { openDriver } from "./drivers.ts";
import { filePins } from "./pins.ts";

const AT = { machine: "m1", address: "192.0.2.1", port: 443, user: "ADMIN", password: "secret" };
const WORLD = { pins: filePins("/nonexistent"), commands: {} };

test("a console comes from another driver where the one for power has none", () => {
  expect(openDriver({ ...AT, driver: "redfish" }, WORLD).openConsole).toBeUndefined();
  expect(openDriver({ ...AT, driver: "redfish", console: "ipmitool" }, WORLD).openConsole).toBeDefined();
  expect(openDriver(AT, WORLD).speaks).toBe("ipmitool lanplus");
});

test("a hostile address or user opens no driver", () => {
  for (const change of [{ address: "-oProxyCommand=id" }, { user: "-x" }]) {
    for (const driver of ["ipmitool", "redfish", "smash"] as const) {
      expect(() => openDriver({ ...AT, ...change, driver }, WORLD)).toThrow("failed at its");
    }
  }
});

test("commands that the settings lack are a fault that says so", () => {
  expect(() => openDriver({ ...AT, driver: "command", commands: "toString" }, WORLD)).toThrow(
    "[commands.toString]",
  );
});
