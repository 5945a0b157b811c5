import { addressed, query } from "../../src/api/path.ts";
import {
  type Answer,
  API,
  type CallName,
  type Failure,
  failure,
  type Question,
} from "../../src/api/table.ts";
import { Fault } from "../../src/base/fault.ts";

/** What a question came to: the answer, or what went wrong in the words of the fault table. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

const WITHIN_MS = 120_000; // a power cycle read back from a slow BMC takes most of a minute

export async function call<N extends CallName>(
  row: N,
  question: Question<N>,
  signal?: AbortSignal,
): Promise<Outcome<Answer<N>>> {
  const { verb } = API[row];
  const { path, rest } = addressed(row, question);
  const limit = AbortSignal.timeout(WITHIN_MS);
  const headers = { "x-rackhand-who": "the page" };
  const init: RequestInit = {
    method: verb,
    headers,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  };
  if (verb === "POST")
    Object.assign(init, { body: JSON.stringify(rest), headers: { ...headers, ...JSON_BODY } });
  try {
    const response = await fetch(verb === "POST" ? path : path + query(rest), init);
    return understood(row, response.ok, await response.json());
  } catch {
    return { ok: false, failure: new Fault("service.unreachable", { url: location.origin }) };
  }
}

const JSON_BODY = { "content-type": "application/json" };

function understood<N extends CallName>(row: N, isFine: boolean, body: unknown): Outcome<Answer<N>> {
  const answer = API[row].gives.safeParse(body);
  if (isFine && answer.success) return { ok: true, value: answer.data as Answer<N> };
  const said = failure.safeParse(body);
  if (said.success) return { ok: false, failure: said.data };
  const why = "its answer cannot be read; this page may be older than the service, reload it";
  return { ok: false, failure: new Fault("service.failed", { why }) };
}
