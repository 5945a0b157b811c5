import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { printableLines } from "./errand.ts";
import { readHello } from "./hello.ts";
import { LISTENING, listen } from "./progress.ts";

const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";

test("a hello names its boot; what it says besides is made printable", () => {
  const hello = must(readHello(`boot=${BOOT}\nkernel=6.12\x1b[2J\nimage=live debian-13\nmore=x\n`));

  expect(hello).toEqual({ boot: BOOT, kernel: "6.12\\x1b[2J", image: "live debian-13" });
});

test.each(["", "boot=", "boot=1", `boot=${BOOT}x`, BOOT])("no hello without a boot's id: %j", (text) => {
  expect(readHello(text).ok).toBe(false);
});

test("progress is told when its words change, at each tenth, and at the end; cut lines are put together", () => {
  let listening = LISTENING;
  const told: string[] = [];
  const pieces = ["@progress 1 un", "packing\nother\n@progress 5 unpacking\n@progress 12 unpack", "ing\n"];

  for (const piece of [...pieces, "@progress 99 unpacking\n@progress 100 unpacking\n@progress 7 sync\r\n"]) {
    const heard = listen(listening, piece);
    listening = heard.listening;
    told.push(...heard.news.map(({ percent, words }) => `${percent} ${words}`));
  }

  expect(told).toEqual(["1 unpacking", "12 unpacking", "99 unpacking", "100 unpacking", "7 sync"]);
});

test("a flood of progress, and a line without end, are bounded", () => {
  const flood = Array.from({ length: 5000 }, (_, i) => `@progress 1 step ${i}`).join("\n");

  const heard = listen(LISTENING, `${flood}\n${"x".repeat(100_000)}`);

  expect(heard.news).toHaveLength(5);
  expect(heard.listening.rest.length).toBe(4096);
});

test("output keeps its lines and loses what would steer a terminal", () => {
  expect(printableLines("a\tb\r\nc\x1b[0m\u202e\0")).toBe("a\tb\nc?[0m??");
});
