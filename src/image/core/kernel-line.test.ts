import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_SERIAL, VIRTUAL_SERIAL } from "../../base/serial-profile.ts";
import { withSerialConsole } from "./kernel-line.ts";

const SPEAKING = { serial: DEFAULT_SERIAL, quiet: "kept" } as const;
const CONSOLE = "console=ttyS1,115200n8";

test.each([
  ["vga=788 initrd=i --- quiet", `${CONSOLE} initrd=i --- ${CONSOLE} quiet`],
  ["priority=low vga=788 initrd=i --- ", `priority=low ${CONSOLE} initrd=i --- ${CONSOLE} `],
  ["vga=normal initrd=i -- quiet ", `${CONSOLE} initrd=i -- ${CONSOLE} quiet `],
  [" vga=788 ---", ` ${CONSOLE} --- ${CONSOLE}`],
  ["initrd=i --- quiet", `initrd=i ${CONSOLE} --- ${CONSOLE} quiet`],
  ["--- quiet", `${CONSOLE} --- ${CONSOLE} quiet`],
  ["initrd=i quiet", `initrd=i quiet ${CONSOLE}`],
  ["console=ttyS0,9600n8 initrd=i --- console=ttyS0,9600n8", `${CONSOLE} initrd=i --- ${CONSOLE}`],
  ["", ` ${CONSOLE}`.trim()],
])("%j speaks on ttyS1 before and after the separator", (line, spoken) => {
  expect(withSerialConsole(line, SPEAKING)).toBe(spoken);
});

test("the serial console comes after any other, because the last one becomes /dev/console", () => {
  const spoken = withSerialConsole("vga=788 console=tty0 --- console=tty0 quiet", SPEAKING);

  expect(spoken).toBe(`console=tty0 ${CONSOLE} --- console=tty0 ${CONSOLE} quiet`);
});

test("quiet goes only when it is dropped", () => {
  const line = "vga=788 initrd=i --- quiet";

  expect(withSerialConsole(line, { serial: VIRTUAL_SERIAL, quiet: "dropped" })).toBe(
    "console=ttyS0,115200n8 initrd=i --- console=ttyS0,115200n8",
  );
});

const word = fc.constantFrom(
  ...["vga=788", "console=tty0", "console=ttyS0,9600n8", "---", "--", "quiet", "initrd=a/b.gz", "auto=true"],
);
const line = fc
  .array(fc.tuple(fc.constantFrom(" ", "  ", "\t"), word), { maxLength: 9 })
  .map((parts) => parts.flat().join(""));

test("speaking twice changes nothing more", () => {
  fc.assert(
    fc.property(line, fc.constantFrom("kept" as const, "dropped" as const), (text, quiet) => {
      const once = withSerialConsole(text, { serial: DEFAULT_SERIAL, quiet });

      expect(withSerialConsole(once, { serial: DEFAULT_SERIAL, quiet })).toBe(once);
    }),
  );
});

test("every other word stays, in its order, and the last console is the serial one", () => {
  const others = (text: string) => text.split(/\s+/).filter((one) => !/^$|^vga=|^console=ttyS/.test(one));
  fc.assert(
    fc.property(line, (text) => {
      const spoken = withSerialConsole(text, SPEAKING);

      expect(others(spoken)).toEqual(others(text));
      expect(spoken.split(/\s+/).findLast((one) => one.startsWith("console="))).toBe(CONSOLE);
    }),
  );
});
