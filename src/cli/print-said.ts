import { printable } from "../base/text.ts";
import type { Said } from "./world.ts";

const MOST = 1000;

/** An answer in words or as JSON; what hosts said in it does not steer the terminal. */
export function printSaid(
  { says, answer, exit }: Said,
  asJson: boolean,
  out: (text: string) => void,
): number {
  if (asJson) out(JSON.stringify(answer));
  else for (const line of says) out(printable(line, MOST));
  return exit;
}
