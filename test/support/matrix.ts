import { parseArgs } from "node:util";

/** What a cell proved. Trouble with what it is made of is `unknown`, never a verdict on it. */
export type Verdict =
  | { readonly is: "pass"; readonly seconds: number; readonly seen: readonly string[] }
  | { readonly is: "fail"; readonly because: string; readonly screen: readonly string[] } // what stood on it
  | { readonly is: "unknown"; readonly because: string };

export type Told<Cell> = { readonly cell: Cell; readonly verdict: Verdict };

export type Wish = {
  readonly keep: string | undefined;
  readonly results: string | undefined;
  readonly signal: AbortSignal;
};

/** A table of real cells: how one is proven, and where the table is kept. */
export type Matrix<Cell extends { readonly id: string }> = {
  readonly usage: string;
  readonly knows: readonly ("keep" | "results")[]; // options besides those of every matrix
  readonly cells: readonly Cell[];
  prepare(cells: readonly Cell[], wish: Wish): Promise<void>;
  prove(cell: Cell, wish: Wish): Promise<Verdict>;
  tidyUp(): void;
  /** All that the table holds, of what was told now. */
  all(told: readonly Told<Cell>[], wish: Wish): readonly Told<Cell>[];
  lines(all: readonly Told<Cell>[]): readonly string[];
  write(all: readonly Told<Cell>[], args: readonly string[]): void;
};

export const err = (line: string): void => void process.stderr.write(`${line}\n`);

/** The exit code: 0, every cell proved what it is for; 1, one did not; 2, one could not be told. */
export async function runMatrix<Cell extends { readonly id: string }>(
  args: string[],
  matrix: Matrix<Cell>,
): Promise<number> {
  const asked = readArgs(args, matrix.knows);
  if (asked === undefined) {
    err(matrix.usage);
    return 2;
  }
  const wish = { keep: asked.keep, results: asked.results, signal: stopsWithProcess() };
  const cells = matrix.cells.filter(({ id }) => asked.only.test(id));
  if (cells.length === 0) {
    err(`No cell's id fits ${asked.only}`);
    return 2;
  }
  const told: Told<Cell>[] = [];
  const waiting = [...cells];
  const work = async () => {
    for (let cell = waiting.shift(); cell && !wish.signal.aborted; cell = waiting.shift()) {
      const one = { cell, verdict: await matrix.prove(cell, wish) };
      if (wish.signal.aborted && one.verdict.is === "unknown") return;
      told.push(one);
      err(`${told.length}/${cells.length} ${cell.id}: ${says(one.verdict)}`);
    }
  };
  try {
    await matrix.prepare(cells, wish);
    await Promise.all(Array.from({ length: asked.jobs }, work));
  } finally {
    matrix.tidyUp();
  }
  const all = matrix.all(told, wish);
  if (asked.write) matrix.write(all, args);
  const out = asked.json ? [JSON.stringify(all, null, 2)] : matrix.lines(all);
  for (const line of out) process.stdout.write(`${line}\n`);
  if (told.some(({ verdict }) => verdict.is === "fail")) return 1;
  return told.length === cells.length && told.every(({ verdict }) => verdict.is === "pass") ? 0 : 2;
}

function says(verdict: Verdict): string {
  if (verdict.is === "pass") return `pass, ${verdict.seconds} s: ${verdict.seen.join(", ")}`;
  if (verdict.is === "unknown") return `could not tell: ${verdict.because}`;
  return [`FAIL: ${verdict.because}`, ...verdict.screen.map((line) => `  | ${line}`)].join("\n");
}

function stopsWithProcess(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
  return stopping.signal;
}

function readArgs(args: string[], knows: Matrix<never>["knows"]) {
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
    const foreign = (["keep", "results"] as const).some((word) => values[word] && !knows.includes(word));
    if (foreign || !Number.isInteger(jobs) || jobs < 1) return undefined;
    return { ...values, jobs, only: new RegExp(values.only) };
  } catch {
    return undefined; // a word that nobody knows, or no regular expression
  }
}
