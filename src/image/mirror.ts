import { reason } from "../base/fault.ts";
import { duration, size } from "../base/units.ts";

/** A Debian mirror, as narrowly as we use it. What is not there is nothing; what cannot be asked is an error. */
export type Mirror = {
  readonly url: string; // without a slash at its end
  bytes(path: string, most: number): Promise<Uint8Array | undefined>;
  /** Whether there is such a file, and its length and when it changed, where the mirror says it. */
  head(path: string): Promise<Head | undefined>;
  /** The rest of a file; `from` is where the answer really begins. */
  stream(path: string, from: number): Promise<Stream | undefined>;
};

export type Head = { readonly length: number | undefined; readonly changed: string | undefined };

export type Stream = {
  readonly from: number;
  readonly length: number | undefined; // of the whole file
  readonly pieces: AsyncIterable<Uint8Array>;
};

const ANSWER_MS = 30_000;
const SILENCE_MS = 60_000;
const RANGE_BEYOND = 416;

export function openMirror(url: string, signal?: AbortSignal, silenceMs = SILENCE_MS): Mirror {
  const base = url.replace(/\/+$/, "");
  const fail = (path: string, error: unknown, limit: AbortSignal): never => {
    if (signal?.aborted) throw error;
    throw new Error(`${base}/${path}: ${why(error, limit)}`, { cause: error });
  };
  const ask = async (path: string, init: RequestInit, limit: AbortSignal): Promise<Response | undefined> => {
    const any = AbortSignal.any([limit, ...(signal ? [signal] : [])]);
    const headers = { ...init.headers, "accept-encoding": "identity" };
    const asked = fetch(`${base}/${escaped(path)}`, { ...init, headers, signal: any });
    const answer = await asked.catch((error: unknown) => fail(path, error, limit));
    if (answer.ok || answer.status === RANGE_BEYOND) return answer;
    await answer.body?.cancel();
    if (answer.status === 404 || answer.status === 410) return undefined;
    throw new Error(`${base}/${path}: HTTP ${answer.status}`);
  };
  const mirror: Mirror = {
    url: base,
    async bytes(path, most) {
      const limit = AbortSignal.timeout(ANSWER_MS);
      const answer = await ask(path, {}, limit);
      return answer && collect(answer, most).catch((error: unknown) => fail(path, error, limit));
    },
    async head(path) {
      const answer = await ask(path, { method: "HEAD" }, AbortSignal.timeout(ANSWER_MS));
      const length = answer?.headers.get("content-length");
      const changed = answer?.headers.get("etag") ?? answer?.headers.get("last-modified") ?? undefined;
      return answer && { length: length == null ? undefined : Number(length), changed };
    },
    async stream(path, from) {
      const quiet = new AbortController();
      const silent = () => quiet.abort(new Error(`silent for ${duration(silenceMs)}`));
      const watch = setTimeout(silent, silenceMs).unref();
      const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
      const answer = await ask(path, { headers }, quiet.signal);
      if (answer?.status !== RANGE_BEYOND) return answer && streamOf(answer, watch);
      await answer.body?.cancel();
      return mirror.stream(path, 0); // what is here already is longer than the file: it is another's
    },
  };
  return mirror;
}

function streamOf(answer: Response, watch: NodeJS.Timeout): Stream {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers.get("content-range") ?? "");
  const whole = answer.headers.get("content-length");
  async function* pieces() {
    try {
      for await (const piece of answer.body ?? []) {
        watch.refresh();
        yield piece as Uint8Array;
      }
    } finally {
      clearTimeout(watch);
    }
  }
  return {
    from: answer.status === 206 ? Number(range?.[1] ?? 0) : 0,
    length: answer.status === 206 ? Number(range?.[2]) || undefined : Number(whole) || undefined,
    pieces: pieces(),
  };
}

async function collect(answer: Response, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body ?? []) {
    length += (piece as Uint8Array).length;
    if (length > most) throw new Error(`it is larger than ${size(most)}`); // leaving cancels the rest
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces);
}

/** A tilde or a plus may stand in a package's file name, and must arrive as it is. */
const escaped = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** fetch says "fetch failed"; the cause says why. */
function why(error: unknown, limit: AbortSignal): string {
  if (!limit.aborted) return reason((error instanceof Error && error.cause) || error);
  const { reason: late } = limit;
  return late instanceof DOMException ? `no answer within ${duration(ANSWER_MS)}` : reason(late);
}
