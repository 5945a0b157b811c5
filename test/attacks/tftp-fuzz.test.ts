import { afterAll, beforeAll, expect, test } from "vitest";
import { writeAck, writeError } from "../../src/boot/core/tftp/packet.ts";
import { longestBlock, openTarget, type Target } from "./boot-target.ts";
import { asks, isAlive, tftpClient } from "./tftp-client.ts";

const CONVERSATIONS = 10_000;
const EACH = 1_000; // then a good client is served
const AT_ONCE = 25; // below what one address may have
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

function diceOf(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}
type Dice = ReturnType<typeof diceOf>;

/** Bytes turned, cut, doubled, put in: what a broken or hostile client could send. */
function mutated(bytes: Uint8Array, dice: Dice): Uint8Array {
  const out = [...bytes];
  for (let i = dice(4); i > 0; i -= 1) {
    const at = dice(out.length + 1);
    const kind = dice(4);
    if (kind === 0) out.splice(at, 1, dice(256));
    else if (kind === 1) out.splice(at, dice(8));
    else if (kind === 2) out.splice(at, 0, ...out.slice(at, at + dice(32)));
    else out.splice(at, 0, ...Array.from({ length: dice(6) }, () => dice(256)));
  }
  return Uint8Array.from(out.slice(0, 1400));
}

const OPTIONS = ["blksize", "windowsize", "timeout", "tsize", "BLKSIZE", "multicast", ""];
const VALUES = ["0", "1", "8", "512", "1468", "65464", "-1", "x", "99999999999"];
function request(dice: Dice): Uint8Array {
  const file = ["good", "/good", "folder", "none", "fifo", "../secret"][dice(6)]!;
  const options = Array.from({ length: dice(5) }, () => [
    OPTIONS[dice(OPTIONS.length)]!,
    VALUES[dice(VALUES.length)]!,
  ]);
  return asks(file, Object.fromEntries(options) as Record<string, string>);
}

/** A request, and up to three more packets to whoever answers. */
async function converse(client: Awaited<ReturnType<typeof tftpClient>>, dice: Dice): Promise<void> {
  client.heard.length = 0;
  await client.say(mutated(request(dice), dice), target.tftp);
  for (let i = dice(4); i > 0; i -= 1) {
    const answer = client.heard.at(-1);
    const follow = dice(2) === 0 ? writeAck(dice(4)) : writeError(dice(9), "fuzz");
    await client.say(mutated(follow, dice), answer?.port ?? target.tftp);
  }
  const port = client.heard.at(-1)?.port;
  if (port !== undefined) await client.say(writeError(0, "enough"), port);
}

test(`10,000 mutated conversations leave it alive (SEED=${SEED})`, { timeout: 120_000 }, async () => {
  process.stdout.write(`SEED=${SEED}\n`);
  const dice = diceOf(SEED);
  const longest = await longestBlock(async () => {
    for (let done = 0; done < CONVERSATIONS; done += EACH) {
      for (let i = 0; i < EACH; i += AT_ONCE) {
        const clients = await Promise.all(Array.from({ length: AT_ONCE }, tftpClient));
        await Promise.all(clients.map((client) => converse(client, dice)));
        await Promise.all(clients.map((client) => client.close()));
      }
      await expect.poll(() => isAlive(target.tftp), { timeout: 20_000 }).toBe(true);
    }
  });

  expect(longest).toBeLessThan(250); // the test's own thousand sockets are in it
});
