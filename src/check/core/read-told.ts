import { latin1 } from "../../base/text.ts";

/** A line of ours in what a script said. */
export type Told = { readonly word: string; readonly rest: string };

/** Lines with the mark; what commands print besides is nobody's word. */
export function readTold(stdout: Uint8Array, mark: string): Told[] {
  const lines = latin1(stdout).split("\n");
  return lines.flatMap((line) => {
    const [is, word, ...rest] = line.split(" ");
    return is === mark && word !== undefined ? [{ word, rest: rest.join(" ").trim() }] : [];
  });
}

export const restOf = (told: readonly Told[], word: string): string | undefined =>
  told.find((one) => one.word === word)?.rest;
