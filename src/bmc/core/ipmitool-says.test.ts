import { expect, test } from "vitest";
import {
  isConfirmed,
  NO_OWNER,
  readBootFlags,
  readConsoleOwner,
  readPower,
  troubleOf,
} from "./ipmitool-says.ts";

const CLOSING = "Error: Unable to establish IPMI v2 / RMCP+ session\n";
const LOADING = "Loading IANA PEN Registry...\n";
const CHATTER = `${LOADING}Running Get VSO Capabilities my_addr 0x20, transit 0, target 0x20
Invalid completion code received: Invalid command
Discovered IPMB address 0x0
`;

/**
 * What ipmitool 1.8.19 wrote with -v, recorded against OpenIPMI's ipmi_sim 2.0.33 unless another origin is
 * named.
 */
const RECORDED = [
  { err: `${LOADING}> RAKP 2 HMAC is invalid\n${CLOSING}`, is: "login-refused" },
  { err: `${LOADING}RAKP 2 message indicates an error : unauthorized name\n${CLOSING}`, is: "login-refused" },
  {
    err: `${LOADING}Get Auth Capabilities error\nError issuing Get Channel Authentication Capabilities request\n${CLOSING}`,
    is: "unreachable",
  },
  // in ipmitool's words: the simulator behind a relay that keeps back what comes for 10 s, once
  { err: `${LOADING}This BMC does not support IPMI v2 / RMCP+\n${CLOSING}`, is: "busy" },
  { err: `${LOADING}Could not open socket!\n${CLOSING}`, is: "unreachable" },
  {
    err: `${LOADING}Error in open session response message : invalid authentication algorithm\n\n${CLOSING}`,
    is: "no-cipher",
  },
  {
    // the simulator behind a relay that fills what is encrypted with random bytes
    err: `${LOADING}ERROR: Received message with invalid authcode!\nSet Session Privilege Level to ADMINISTRATOR failed\n${CLOSING}`,
    is: "failed",
  },
  // from the table of RMCP+ status codes, IPMI 2.0 13-15, in ipmitool's words
  { err: `Error in open session response message : no matching cipher suite\n\n${CLOSING}`, is: "no-cipher" },
  { err: `Error in open session response message : illegal parameter\n\n${CLOSING}`, is: "no-cipher" },
  {
    err: `Error in open session response message : insufficient resources for session\n\n${CLOSING}`,
    is: "busy",
  },
  { err: `RAKP 4 message has invalid integrity check value\n${CLOSING}`, is: "login-refused" },
  { err: `> Error: no response from RAKP 1 message\n${CLOSING}`, is: "unreachable" },
  { err: `${CHATTER}Info: SOL payload already active on another session\n`, is: "console-taken" },
  { err: `${CHATTER}Info: SOL payload disabled\n`, is: "failed" },
  { err: `${CHATTER}Set Chassis Power Control to Reset failed: Unspecified error\n`, is: "failed" },
  { err: CLOSING, is: "unreachable" }, // without -v: all that 1.8.18 says of silence
  { err: "", is: "failed" },
] as const;

for (const { err, is } of RECORDED) {
  test(`ipmitool's ${JSON.stringify(err.slice(-90))} means ${is}`, () => {
    expect(troubleOf(err).is).toBe(is);
  });
}

test("the reason is the line that tells, not the chatter around it", () => {
  const { why } = troubleOf(`${CHATTER}Set Chassis Power Control to Reset failed: Unspecified error\n`);

  expect(why).toBe("Set Chassis Power Control to Reset failed: Unspecified error");
});

test("power is on, off, or a flaw", () => {
  expect(readPower("Chassis Power is on\n")).toEqual({ ok: true, value: "on" });
  expect(readPower("Chassis Power is off\n")).toEqual({ ok: true, value: "off" });
  expect(readPower("Set in progress : set-complete\n").ok).toBe(false);
});

const bootFlags = (bytes: string) => `Boot parameter version: 1
Boot parameter 5 is valid/unlocked
Boot parameter data: ${bytes}
 Boot Flags :
   - Boot Flag Invalid
   - Options apply to only next boot
   - BIOS PC Compatible (legacy) boot${" "}
   - Boot Device Selector : Force PXE
`;

test("boot flags are read from their bytes", () => {
  const read = (bytes: string) => readBootFlags(bootFlags(bytes));

  expect(read("0004000000")).toEqual({
    ok: true,
    value: { valid: false, efi: false, device: "pxe", lasts: "once" },
  });
  expect(read("a004000000")).toEqual({
    ok: true,
    value: { valid: true, efi: true, device: "pxe", lasts: "once" },
  });
  expect(read("e004000000")).toMatchObject({ value: { lasts: "always" } });
  expect(read("8008000000")).toMatchObject({ value: { valid: true, device: "disk" } });
  expect(read("8018000000")).toMatchObject({ value: { device: "bios" } });
  expect(read("803c000000")).toMatchObject({ value: { device: "other" } });
  expect(readBootFlags("Boot parameter 5 is invalid/locked\n").ok).toBe(false);
});

test("the console's owner is a session, and nobody is one value of it", () => {
  expect(readConsoleOwner(" 84 04 00 00 01 00 00 00 00 00 00 00\n")).toEqual({
    ok: true,
    value: "84 04 00 00",
  });
  expect(readConsoleOwner(" 00 00 00 00 00 00 00 00 00 00 00 00\n")).toEqual({ ok: true, value: NO_OWNER });
  expect(readConsoleOwner(" 01 01 00\n").ok).toBe(false);
});

test("a BMC that forgot the device, dropped UEFI or made it last has not confirmed", () => {
  const pxe = { device: "pxe", efi: true, lasts: "once" } as const;
  const flags = { valid: true, ...pxe };

  expect(isConfirmed(flags, pxe)).toBe(true);
  expect(isConfirmed({ ...flags, efi: false }, pxe)).toBe(false);
  expect(isConfirmed({ ...flags, device: "none" }, pxe)).toBe(false);
  expect(isConfirmed({ ...flags, lasts: "always" }, pxe)).toBe(false);
  expect(isConfirmed({ ...flags, valid: false, efi: false, lasts: "always" }, pxe)).toBe(true);
});
