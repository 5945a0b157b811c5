import { printable } from "../base/text.ts";
import type { Said } from "./world.ts";

const MOST = 1000;

/** An answer in words or as JSON; unless told otherwise what hosts said in it does not steer the terminal. */
export function printSaid(
  { says, answer, exit }: Said,
  asJson: boolean,
  out: (text: string) => void,
  shown: (line: string) => string = (line) => printable(line, MOST),
): number {
  if (asJson) out(JSON.stringify(answer));
  else for (const line of says) out(shown(line));
  return exit;
}

/** For words that were made fit for the terminal where they were put together: pictures, whole texts. */
export const asIs = (line: string): string => line;
