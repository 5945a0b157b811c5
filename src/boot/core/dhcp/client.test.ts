import { expect, test } from "vitest";
import { fromLatin1 } from "../../../base/text.ts";
import { askerOf } from "./client.ts";

const PXE = { vendorClass: "PXEClient:Arch:00000:UNDI:002001" };

test("option 175 makes an iPXE, even when a fork of it sends no user class", () => {
  expect(askerOf({ ...PXE, ipxe: new Uint8Array(), architectures: [0] })).toEqual({
    is: "ipxe",
    firmware: "bios",
  });
});

test("the user class iPXE is taken raw and in the form of RFC 3004", () => {
  const raw = fromLatin1("iPXE");
  const tuples = fromLatin1("\x03abc\x04iPXE");

  for (const userClass of [raw, tuples]) expect(askerOf({ ...PXE, userClass })).toMatchObject({ is: "ipxe" });
});

test("another user class, or one with a wrong length, is no iPXE", () => {
  for (const words of ["iPXE2", "\x09iPXE", "", "\0\0\0"])
    expect(askerOf({ ...PXE, userClass: fromLatin1(words) })).toEqual({ is: "rom", firmware: "bios" });
});

test("a ROM without option 93 is BIOS, 7 and 9 are UEFI x64, the first known code counts", () => {
  expect(askerOf(PXE)).toEqual({ is: "rom", firmware: "bios" });
  expect(askerOf({ ...PXE, architectures: [7] })).toEqual({ is: "rom", firmware: "uefi-x64" });
  expect(askerOf({ ...PXE, architectures: [9] })).toEqual({ is: "rom", firmware: "uefi-x64" });
  expect(askerOf({ ...PXE, architectures: [5, 7] })).toEqual({ is: "rom", firmware: "uefi-x64" });
});

test("an architecture that we have no loader for is named", () => {
  expect(askerOf({ ...PXE, architectures: [10] })).toEqual({ is: "unserved", architecture: 10 });
});

test("a client that asks for an address only is no netboot client", () => {
  expect(askerOf({ vendorClass: "udhcp 1.35.0" })).toEqual({ is: "plain" });
  expect(askerOf({})).toEqual({ is: "plain" });
});
