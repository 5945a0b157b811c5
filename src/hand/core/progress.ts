import { printable } from "../../base/text.ts";

export type Progress = { readonly percent: number; readonly words: string };

/** What is read of an errand's output as it comes: the open line, and what was told last. */
export type Listening = { readonly rest: string; readonly told: Progress | undefined };
export const LISTENING: Listening = { rest: "", told: undefined };

const LINE = /^@progress (\d{1,3}) (.+)$/;
const MOST_REST = 4096;
/** A step of so many percent is news; new words are always. */
const NEWS_PERCENT = 10;

/** Takes the next piece of output: what progress in it is news. */
export function listen(
  now: Listening,
  piece: string,
): { readonly listening: Listening; readonly news: readonly Progress[] } {
  const lines = (now.rest + piece).split(/\r?\n/);
  const rest = lines.pop()!.slice(-MOST_REST);
  const news: Progress[] = [];
  let { told } = now;
  for (const line of lines) {
    const progress = readProgress(line);
    if (progress === undefined || !isNews(told, progress)) continue;
    news.push(progress);
    told = progress;
  }
  return { listening: { rest, told }, news: news.slice(-MOST_NEWS) };
}

/** Of one piece: a flood of progress is told by its end. */
const MOST_NEWS = 5;

function readProgress(line: string): Progress | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  return { percent: Math.min(100, Number(match[1])), words: printable(match[2]!) };
}

function isNews(told: Progress | undefined, { percent, words }: Progress): boolean {
  if (told === undefined || told.words !== words) return true;
  return percent > told.percent && (percent === 100 || percent - told.percent >= NEWS_PERCENT);
}
