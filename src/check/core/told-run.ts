import { printable } from "../../base/text.ts";
import type { HostResult } from "./judge-host.ts";
import type { Rule } from "./rule.ts";

/** A run as the forms for other programs tell it. */
export type ToldRun = {
  readonly results: readonly HostResult[];
  readonly rules: readonly Rule[];
  readonly version: string;
  readonly began: number;
  readonly ended: number;
};

const MOST = 1000;

/** A host's words in somebody else's report: nothing that steers a terminal or breaks a parser. */
export const harmless = (text: string): string =>
  printable(text, MOST).replace(/[\p{Cs}\ufffe\uffff]/gu, "\ufffd");

export const isoTime = (at: number): string => new Date(at).toISOString();
