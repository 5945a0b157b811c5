import { parseArgs } from "node:util";
import { noContainers } from "../support/booted-tree.ts";
import { allCells, missingRows } from "./cells.ts";
import { resultLines, writeResults } from "./results.ts";
import { runCell, type Told } from "./run-cell.ts";

const USAGE = `npm run test:hosts [-- --only PATTERN] [--jobs N] [--json] [--write]
  Every cell is a Debian that really boots, put into one state and asked by one rule: rule/state/tree.
  --only PATTERN   cells whose id fits this regular expression
  --jobs N         so many at once (1)
  --json           the verdicts, for programs
  --write          the table of results goes into docs/hosts.md
Exit 0: every rule did as it should; 1: one did not; 2: one could not be told.`;

const err = (line: string) => void process.stderr.write(`${line}\n`);
const stopping = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stopping.abort());

process.exitCode = await run(process.argv.slice(2));

async function run(args: string[]): Promise<number> {
  const wish = readArgs(args);
  if (wish === undefined || noContainers !== undefined) {
    err(noContainers ?? USAGE);
    return 2;
  }
  for (const line of missingRows()) err(`not proven: ${line}`);
  const cells = allCells().filter(({ id }) => wish.only.test(id));
  const told: Told[] = [];
  const waiting = [...cells];
  const work = async () => {
    for (let cell = waiting.shift(); cell && !stopping.signal.aborted; cell = waiting.shift()) {
      const verdict = await runCell(cell, { signal: stopping.signal, progress: err });
      if (stopping.signal.aborted && verdict.is === "unknown") return;
      told.push({ cell, verdict });
      err(progress(told.length, cells.length, { cell, verdict }));
    }
  };
  await Promise.all(Array.from({ length: wish.jobs }, work));
  const all = allCells().flatMap(({ id }) => told.find(({ cell }) => cell.id === id) ?? []);
  if (wish.write) writeResults(all, args);
  for (const line of wish.json ? [JSON.stringify(all, null, 2)] : resultLines(all))
    process.stdout.write(`${line}\n`);
  if (told.some(({ verdict }) => verdict.is === "fail")) return 1;
  return told.length === cells.length && told.every(({ verdict }) => verdict.is === "pass") ? 0 : 2;
}

function progress(nth: number, of: number, { cell, verdict }: Told): string {
  const head = `${nth}/${of} ${cell.id}:`;
  if (verdict.is === "pass") return `${head} ${verdict.seen.join(", ")} (${verdict.seconds} s)`;
  return `${head} ${verdict.is === "fail" ? "FAIL" : "could not tell"}: ${verdict.because}`;
}

function readArgs(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: "string", default: "" },
        jobs: { type: "string", default: "1" },
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
