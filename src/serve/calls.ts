import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { API, type CallName, type Calls } from "../api/table.ts";
import { printable } from "../base/text.ts";

/** One route a row: what the path names comes from the path, the rest from the query or the body. */
export function answerCalls(app: FastifyInstance, calls: Calls): void {
  for (const [row, { verb, path, says, takes, gives, ...more }] of Object.entries(API)) {
    if (verb === "STREAM" || verb === "LINES") continue;
    const answer = calls[row as CallName] as (asked: unknown, by: string) => Promise<unknown>;
    app.route({
      method: verb,
      url: path,
      ...("mostBytes" in more && { bodyLimit: more.mostBytes }),
      schema: { summary: says, operationId: row, ...partsOf(verb, path, takes), response: { 200: gives } },
      handler: async (request) => {
        const asked = { ...Object(request.query), ...Object(request.body), ...Object(request.params) };
        return answer(asked, whoAsks(request.headers["x-rackhand-who"]));
      },
    });
  }
}

/** What the asker says of itself: only programs of this machine may ask, and its people are trusted. */
const whoAsks = (said: string | string[] | undefined): string =>
  printable(decoded(String(said ?? "")), MOST_WHO) || "somebody";

const MOST_WHO = 64;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text); // a header has no letters beyond ASCII
  } catch {
    return text;
  }
}

/** The question's shape, split as it travels. */
function partsOf(verb: string, path: string, takes: z.ZodObject) {
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const inPath = Object.fromEntries(names.map((name) => [name, true] as const));
  const params = takes.pick(inPath as never);
  const rest = takes.omit(inPath as never);
  return verb === "POST" ? { params, body: rest } : { params, querystring: rest };
}
