import { parseArgs } from "node:util";
import { bootCell, type Told } from "./boot-cell.ts";
import { allCells } from "./cells.ts";
import { haveImages } from "./have-images.ts";
import { forgetPeers } from "./places.ts";
import { keepVerdict, resultLines, withEarlier, writeResults } from "./results.ts";

const USAGE = `npm run test:firmware [-- --only PATTERN] [--jobs N] [--keep DIRECTORY] [--json] [--write]
  Every cell is a real boot in QEMU: firmware/place/Debian, such as uefi/kea/12.
  --only PATTERN   cells whose id fits this regular expression
  --jobs N         so many at once (1)
  --keep DIRECTORY the consoles' recordings stay there
  --results DIRECTORY  verdicts stay there, and those of earlier runs count as well: the matrix in pieces
  --json           the verdicts, for programs
  --write          the table of results goes into docs/booting.md
Exit 0: every boot proved what it was for; 1: one did not; 2: one could not be told.`;

const err = (line: string) => void process.stderr.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());

process.exitCode = await run(process.argv.slice(2));

async function run(args: string[]): Promise<number> {
  const wish = readArgs(args);
  if (wish === undefined) {
    err(USAGE);
    return 2;
  }
  const cells = allCells().filter(({ id }) => wish.only.test(id));
  const told: Told[] = [];
  try {
    await haveImages(
      [...cells.map(({ image }) => image), "debian-13"], // whose loaders UEFI gets whichever it boots
      { progress: err, signal: stopping.signal },
    );
    const waiting = [...cells];
    const work = async () => {
      for (let cell = waiting.shift(); cell && !stopping.signal.aborted; cell = waiting.shift()) {
        const verdict = await bootCell(cell, { stopped: stopping.signal, keep: wish.keep });
        told.push({ cell, verdict });
        keepVerdict(wish.results, { cell, verdict });
        err(progress(told.length, cells.length, { cell, verdict }));
      }
    };
    await Promise.all(Array.from({ length: wish.jobs }, work));
  } finally {
    forgetPeers();
  }
  const all = withEarlier(wish.results, told);
  if (wish.write) writeResults(all, args);
  const out = wish.json ? [JSON.stringify(all, null, 2)] : resultLines(all);
  for (const line of out) process.stdout.write(`${line}\n`);
  if (told.some(({ verdict }) => verdict.is === "fail")) return 1;
  return told.length === cells.length && told.every(({ verdict }) => verdict.is === "pass") ? 0 : 2;
}

function progress(nth: number, of: number, { cell, verdict }: Told): string {
  const head = `${nth}/${of} ${cell.id}:`;
  if (verdict.is === "pass") return `${head} pass, ${verdict.seconds} s: ${verdict.seen.join(", ")}`;
  if (verdict.is === "unknown") return `${head} could not tell: ${verdict.because}`;
  return [`${head} FAIL: ${verdict.because}`, ...verdict.screen.map((line) => `  | ${line}`)].join("\n");
}

function readArgs(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: "string", default: "" },
        jobs: { type: "string", default: "1" },
        keep: { type: "string" },
        results: { type: "string" },
        json: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    });
    const jobs = Number(values.jobs);
    if (!Number.isInteger(jobs) || jobs < 1) return undefined;
    return { ...values, jobs, only: new RegExp(values.only) };
  } catch {
    return undefined; // a word that nobody knows, or no regular expression
  }
}
