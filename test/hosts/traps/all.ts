import type { Row } from "../cells.ts";
import { IPV6_RA_FORWARDING } from "./ipv6-ra-forwarding.ts";
import { JOURNAL_READABLE } from "./journal-readable.ts";

export const TRAPS: Readonly<Record<string, readonly Row[]>> = {
  "journal-readable": JOURNAL_READABLE,
  "ipv6-ra-forwarding": IPV6_RA_FORWARDING,
};

/** What no container can show of a rule, and what shows it instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {};
