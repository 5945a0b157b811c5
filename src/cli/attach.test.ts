import { expect, test } from "vitest";
import { attach } from "./attach.ts";
import type { World } from "./world.ts";

/** A terminal whose keys come when they are pressed, on a console that keeps what was typed. */
async function attached() {
  let typed = "";
  let shown = "";
  let press: (bytes: Uint8Array) => void = () => {};
  const stream = async () => ({
    send: (ask: { do: string; data?: string }) => {
      if (ask.do === "type") typed += Buffer.from(ask.data!, "base64").toString();
    },
    close: () => {},
  });
  const terminal = {
    raw: () => {},
    typed: (hear: (bytes: Uint8Array) => void) => {
      press = hear;
    },
    write: (bytes: Uint8Array | string) => {
      shown += Buffer.from(bytes).toString();
    },
  };
  const world = { api: { stream } } as unknown as World;
  const over = attach({ name: "m1", who: "ann", terminal, world });
  await new Promise((resolve) => setImmediate(resolve));
  return { keys: (text: string) => press(Buffer.from(text)), typed: () => typed, shown: () => shown, over };
}

test("a paste of several lines is asked about, and reaches the machine after a y only", async () => {
  const { keys, typed, shown, over } = await attached();

  keys("\x1b[200~reboot\rhalt\r\x1b[201~");
  expect([typed(), shown().includes("paste 2 lines?")]).toEqual(["", true]);
  keys("n");
  expect(typed()).toBe("");
  keys("\x1b[200~ls\rpwd\x1b[201~");
  keys("y");

  expect(typed()).toBe("ls\rpwd");
  keys("\r~.");
  expect(await over).toBe(0);
});

test("one pasted line and what is typed go on at once, and a tilde in a paste leaves nothing", async () => {
  const { keys, typed, over } = await attached();

  keys("\x1b[200~~. is text\x1b[201~");
  keys("x");

  expect(typed()).toBe("~. is textx");
  keys("\r~.");
  expect(await over).toBe(0);
});
