import type { Parser } from "@optique/core";
import type { World } from "./world.ts";

/** One thing that can be typed. `act` gives the exit code: 0 fine, 1 problem found, 2 could not tell or wrong use. */
export type Verb<T> = {
  readonly words: string; // "machine add"
  readonly says: string;
  readonly example: string;
  readonly hidden?: true; // for our own processes
  readonly options: Parser<"sync", T, never>;
  act(options: T, world: World): Promise<number>;
};

export type AnyVerb = Omit<Verb<never>, "options"> & { readonly options: Parser<"sync", unknown, unknown> };

/** Ties a verb's options to its act, then forgets their type: the table holds all verbs alike. */
export const verb = <T, S>(made: Omit<Verb<T>, "options"> & { options: Parser<"sync", T, S> }): AnyVerb =>
  made as unknown as AnyVerb;
