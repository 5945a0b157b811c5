// The machines: argv is a directory, how many at 9600 bit/s; one more, `fast`, at 115200. They say no more once stdin
// says a word, and hang up when it ends.
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { lineOf, now } from "./line.mjs";

const [directory, many] = process.argv.slice(2);
const BYTES = 80;
const perSecond = (bits) => bits / 10 / BYTES; // 8N1: ten bits a byte
const source = (name, bits) => ({
  // both ends, so that neither opening nor a reader that is not there yet stops us
  fd: openSync(join(directory, name), "r+"),
  name,
  rate: perSecond(bits),
  sent: 0,
});
const sources = Array.from({ length: Number(many) }, (_, i) => source(`m${i}`, 9600));
sources.push(source("fast", 115_200));

const TICK_MS = 5;
const began = performance.now();
/** Each has its own turn within its line's time, as real machines do not speak in step. */
const timer = setInterval(() => {
  const seconds = (performance.now() - began) / 1000;
  for (const [i, one] of sources.entries()) {
    const due = Math.floor(seconds * one.rate + (i % 97) / 97);
    for (; one.sent < due; one.sent += 1) writeSync(one.fd, lineOf(one.sent, now()));
  }
}, TICK_MS);

process.stdin.once("data", () => {
  clearInterval(timer);
  process.stdout.end(JSON.stringify(Object.fromEntries(sources.map(({ name, sent }) => [name, sent]))));
});
process.stdin.on("end", () => process.exit());
