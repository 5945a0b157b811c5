import { randomFillSync } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { releaseRack } from "./release-rack.ts";

const { it, state, rackhand, refused, serve, attended, story, timeline } = releaseRack(["live"]);
const MIB = 2 ** 20;
const NOISE = randomFillSync(Buffer.alloc(MIB));
const PLACES = [0, 511, 1023]; // MiB of a disk of 1 GiB: its first, one in its middle, its last

function diskFile(): string {
  const [found] = readdirSync(state(), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("m1.disk"),
  );
  return join(state(), found!);
}

/** What lies there, as somebody sees it who opens the disk on another desk. */
function places(file: string): Buffer[] {
  const disk = openSync(file, "r");
  const read = PLACES.map((place) => {
    const bytes = Buffer.alloc(MIB);
    readSync(disk, bytes, 0, MIB, place * MIB);
    return bytes;
  });
  closeSync(disk);
  return read;
}

it(
  "a wipe by the command line boots the live hand, erases the disk of that serial number and no other, and its bytes are gone",
  20 * 60_000,
  async () => {
    await serve();
    await rackhand("rack", "up", "--disk-gb", "1");
    await attended();
    const file = diskFile();
    const disk = openSync(file, "r+");
    for (const place of PLACES) writeSync(disk, NOISE, 0, MIB, place * MIB);
    closeSync(disk);

    const wrong = await refused("wipe", "m1", "rack-m2", "--now");

    expect(wrong, wrong?.stderr).toMatchObject({
      ...{ code: 1, stdout: expect.stringContaining("no disk has the serial number rack-m2: there are") },
    });
    expect(wrong?.stdout).toContain("nothing was touched");
    expect(places(file).map((bytes) => bytes.equals(NOISE))).toEqual([true, true, true]);

    const said = await rackhand("wipe", "m1", "rack-m1", "--now");

    expect(said).toMatch(/m1: vda, 1\.\d GB, serial rack-m1, is erased by \S+; 256 places that were marked/);
    expect(places(file).map((bytes) => bytes.equals(Buffer.alloc(MIB)))).toEqual([true, true, true]);
    expect(await story(2)).toMatchObject({ kind: "wipe", state: "done" });
    const done = (await timeline()).filter(({ kind }) => kind === "wipe.done");
    expect(done).toHaveLength(1);
  },
);
