import type { IncomingMessage, ServerResponse } from "node:http";
import type { Conversation, Reply } from "./world.ts";

const MOST_BODY = 80 * 1024; // a piece of 64 KiB, and room for who counts otherwise

/** Hears a whole request and answers it; who is refused without a hearing is not read. */
export async function converse(
  conversation: Conversation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (typeof conversation !== "function") return say(response, conversation, true);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const body = await bodyOf(request);
  if (body === undefined) return say(response, { status: 413 }, true);
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === "string" ? value : undefined;
  };
  say(response, await conversation({ body, header, gone: gone.signal }));
}

/** Nothing when it is too much. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function say(response: ServerResponse, { status, headers, body }: Reply, closes = false): void {
  const bytes = body ?? new Uint8Array(0);
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...(status === 204 ? {} : { "Content-Length": bytes.length }),
    ...(closes ? { Connection: "close" } : {}),
    ...headers,
  });
  response.end(bytes);
}
