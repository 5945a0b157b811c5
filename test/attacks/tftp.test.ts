import { afterAll, beforeAll, expect, test } from "vitest";
import { fromLatin1 } from "../../src/base/text.ts";
import { readTftp, writeAck, writeError, writeRequest } from "../../src/boot/core/tftp/packet.ts";
import { CLIMBING, GOOD, longestBlock, openTarget, SECRET, type Target } from "./boot-target.ts";
import { asks, isAlive, tftpClient } from "./tftp-client.ts";

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

/** What the one request earns, sent from a port of its own. */
async function answerTo(bytes: Uint8Array, withinMs = 3000) {
  const client = await tftpClient();
  try {
    await client.say(bytes, target.tftp);
    return (await client.hears(withinMs))?.packet;
  } finally {
    await client.close();
  }
}

test.each(CLIMBING)("the name %j gets an error at once, and nothing of what is outside", async (name) => {
  const answer = await answerTo(fromLatin1(`\0\x01${name.replaceAll(/[\u0100-\uffff]/g, "?")}\0octet\0`));

  expect(answer).toMatchObject({ is: "error" });
  expect(JSON.stringify(answer)).not.toContain(SECRET);
});

test("an error never names a place on the server", async () => {
  for (const name of ["../secret", "none", "fifo", "link", "outside/secret", "circle"])
    expect(JSON.stringify(await answerTo(asks(name)))).not.toContain(target.home);
});

test("a hard link inside the tree is a file like any other", async () => {
  expect(await answerTo(asks("same"))).toMatchObject({ is: "data", block: 1 });
});

test("writing is refused, whatever the name and the options", async () => {
  for (const file of ["good", "new", "../secret"]) {
    const options = new Map([["tsize", "10"]]);

    const answer = await answerTo(writeRequest({ is: "write", file, mode: "octet", options }));

    expect(answer).toMatchObject({ is: "error", code: 2 });
  }
});

test("options beyond all measure are lowered or left out", async () => {
  const odd = ["0", "-1", "7", "65465", "4000000000", "99999999999999999999", "0x10", "", " 512", "1e3"];
  for (const value of odd) {
    const answer = await answerTo(asks("good", { blksize: value, windowsize: value, timeout: value }));

    const options = answer?.is === "options" ? Object.fromEntries(answer.options) : {};
    expect(["data", "options"]).toContain(answer?.is);
    expect(Number(options.blksize ?? 512)).toBeLessThanOrEqual(65_464);
    expect(Number(options.windowsize ?? 1)).toBeLessThanOrEqual(32);
  }
  expect(await answerTo(asks("good", { windowsize: "65535" }))).toMatchObject({
    options: new Map([["windowsize", "32"]]),
  });
});

test("an option without a value, forty of the same, and a packet of 60 KB", async () => {
  const many = "tsize\x000\0".repeat(40);

  expect(await answerTo(fromLatin1("\0\x01good\0octet\0blksize"))).toMatchObject({ is: "data" });
  expect(await answerTo(fromLatin1(`\0\x01good\0octet\0${many}`))).toMatchObject({ is: "options" });
  expect(await answerTo(fromLatin1(`\0\x01${"a".repeat(60_000)}\0octet\0`), 300)).toBeUndefined();
  expect(await isAlive(target.tftp)).toBe(true);
});

test("an error, data or an acknowledgement that belongs to no transfer gets no answer", async () => {
  const client = await tftpClient();
  for (const bytes of [
    writeError(0, "x"),
    writeAck(1),
    Uint8Array.of(0, 3, 0, 1, 9),
    Uint8Array.of(0, 6, 0, 0),
  ])
    await client.say(bytes, target.tftp);

  expect(await client.hears(300)).toBeUndefined();
  await client.close();
});

test("who never answers gets three packets, whatever address was written on the request", async () => {
  const client = await tftpClient();
  await client.say(asks("good"), target.tftp);

  for (const _ of [1, 2, 3]) expect(await client.hears()).toMatchObject({ packet: { is: "data", block: 1 } });

  expect(await client.hears(6000)).toBeUndefined();
  await client.close();
});

test("ten thousand repeated acknowledgements earn not one block more", async () => {
  const client = await tftpClient();
  await client.say(asks("good"), target.tftp);
  const { port } = (await client.hears())!;
  await client.say(writeAck(1), port);
  expect(await client.hears()).toMatchObject({ packet: { block: 2 } });

  for (let i = 0; i < 10_000; i += 1) await client.say(writeAck(1), port);
  await client.say(writeAck(2), port);
  for (let next = await client.hears(); next?.packet.is === "data" && next.packet.block === 2; ) {
    await client.say(writeAck(2), port); // the flood may have drowned the first; repeated after a silence, as it must be
    next = await client.hears();
  }

  expect(client.heard.length).toBeLessThan(20);
  await client.say(writeError(0, "enough"), port);
  await client.close();
});

test("a flood of strangers at a transfer's port earns sixteen errors and does not disturb it", async () => {
  const [client, stranger] = [await tftpClient(), await tftpClient()];
  await client.say(asks("good"), target.tftp);
  const { port } = (await client.hears())!;

  for (let i = 0; i < 2000; i += 1) await stranger.say(writeAck(1), port);
  let next: Awaited<ReturnType<typeof client.hears>>;
  do {
    await client.say(writeAck(1), port);
    next = await client.hears();
  } while (next?.packet.is === "data" && next.packet.block === 1);

  expect(next).toMatchObject({ packet: { is: "data", block: 2 } });
  expect(await stranger.hears()).toMatchObject({ packet: { is: "error", code: 5 } });
  expect(stranger.heard.length).toBeLessThan(16);
  for (const one of [client, stranger]) await one.close();
});

test("a name of terminal codes reaches events as text", async () => {
  const before = target.events.length;
  await answerTo(asks("\x1b]0;owned\x07\x1b[2J\r\nforged line"));

  const told = target.events.slice(before).map((event) => JSON.stringify(event.detail) + event.says);
  expect(told.join("")).toContain("forged line");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  expect(target.events.slice(before).some(({ says }) => /[\x00-\x1f\x7f-\x9f]/.test(says))).toBe(false);
});

test("a file that is swapped for a link between two requests is not followed out", async () => {
  const { renameSync, symlinkSync, writeFileSync } = await import("node:fs");
  const { setTimeout: pause } = await import("node:timers/promises");
  const place = (name: string) => `${target.root}/${name}`;
  writeFileSync(place("swapped"), GOOD);
  await pause(60); // by then it is held in memory
  expect(await answerTo(asks("swapped"))).toMatchObject({ is: "data" });

  symlinkSync("../secret", place("new"));
  renameSync(place("new"), place("swapped"));

  expect(await answerTo(asks("swapped"))).toMatchObject({ is: "error" });
});

test("20,000 packets of garbage block nobody for 50 ms", async () => {
  const client = await tftpClient();
  let dice = 1;
  const garbage = () =>
    Uint8Array.from({ length: 1 + (dice % 600) }, () => {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
      return dice >>> 24;
    });
  const packets = Array.from({ length: 200 }, garbage).filter((bytes) => {
    const read = readTftp(bytes);
    return !read.ok || read.value.is !== "read";
  });

  const longest = await longestBlock(async () => {
    for (let i = 0; i < 20_000; i += 1) await client.say(packets[i % packets.length]!, target.tftp);
  });

  expect(longest).toBeLessThan(50);
  expect(await isAlive(target.tftp)).toBe(true);
  await client.close();
});
