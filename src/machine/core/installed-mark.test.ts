import { expect, test } from "vitest";
import type { EventKind, Observed } from "../../base/event.ts";
import { hostKeyOn, markAfter } from "./installed-mark.ts";

const MARK = { at: 1, image: "debian-13", story: 7, hostKey: null, disks: ["S3Z"] };
const event = (kind: EventKind, detail: Record<string, unknown> = {}): Observed => ({
  ...{ kind, at: 1, machine: "m1", says: "", detail },
});

test.each([
  ["an install that was seen through", "machine.installed", { ...MARK, at: undefined }, null, MARK],
  ["the installer that the machine took", "plan.used", { plan: "installer" }, MARK, null],
  ["disks that are to be laid out anew", "install.planned", {}, MARK, null],
  ["its disk that was erased", "wipe.done", { disks: ["S3Z"] }, MARK, null],
  ["another disk that was erased", "wipe.done", { disks: ["S4A"] }, MARK, undefined],
  ["an erased disk where none was named", "wipe.done", { disks: ["S4A"] }, { ...MARK, disks: [] }, null],
  ["a live hand that it took", "plan.used", { plan: "live" }, MARK, undefined],
] as const)("%s changes the mark as it should", (_, kind, detail, before, after) => {
  expect(markAfter(event(kind, detail), before)).toEqual(after);
});

test("the host key is the last one above a login prompt; what is cut off is none", () => {
  const key = `AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)}`;

  expect(hostKeyOn(["Debian GNU/Linux 13 m1 ttyS0", `sshkey: ${key}  `, "m1 login: "])).toBe(
    `ssh-ed25519 ${key}`,
  );
  expect(hostKeyOn(["sshkey: AAAAC3", "m1 login: "])).toBeNull();
});
