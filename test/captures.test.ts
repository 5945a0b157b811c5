import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCastLine } from "../src/console/core/asciicast.ts";
import { sightingsIn } from "../src/console/replay.ts";

const DIRECTORY = join(import.meta.dirname, "../captures/console");

/** Each is an asciicast whose header has its origin, and the sightings with their subjects that it must give. */
for (const file of readdirSync(DIRECTORY).filter((name) => name.endsWith(".cast"))) {
  const [header, ...lines] = readFileSync(join(DIRECTORY, file), "utf8").split("\n");
  const { expect: expected, from } = JSON.parse(header!) as { expect: string[][]; from: string };

  test(`console capture ${file} (${from}) gives what its header says`, async () => {
    const seen: string[][] = [];
    for await (const { id, subject } of sightingsIn(lines.flatMap((line) => readCastLine(line) ?? [])))
      seen.push([id, subject]);

    expect(seen).toEqual(expected);
  });
}
