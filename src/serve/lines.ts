import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { API, type Asked, type Frame } from "../api/table.ts";

export type Lines = {
  timelineLines(asked: Asked<"timelineLines">): AsyncIterable<Frame<"timelineLines">>;
};

/** The LINES rows: one JSON object a line, read as fast as it is taken. */
export function answerLines(app: FastifyInstance, { timelineLines }: Lines): void {
  const { path, takes, says } = API.timelineLines;
  app.get(path, { schema: { summary: says, operationId: "timelineLines" } }, (request, reply) => {
    const asked = takes.parse({ ...Object(request.query), ...Object(request.params) });
    const attachment = `attachment; filename="${asked.name}.jsonl"`;
    return reply
      .headers({ "content-type": "application/x-ndjson; charset=utf-8", "content-disposition": attachment })
      .send(Readable.from(written(timelineLines(asked))));
  });
}

async function* written(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
