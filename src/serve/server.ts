import type { AddressInfo } from "node:net";
import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import fastifyWebsocket from "@fastify/websocket";
import Fastify, { type FastifyInstance } from "fastify";
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Calls } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { answerCalls } from "./calls.ts";
import { asFailure } from "./failures.ts";
import { answerLines, type Lines } from "./lines.ts";
import { guardLoopback } from "./loopback.ts";
import { answerStreams, type Streams } from "./streams.ts";

export type ServerNeeds = {
  readonly host: string; // loopback, until there are people and TOTP
  readonly port: number; // 0 for any that is free
  readonly calls: Calls & Lines;
  readonly streams: Streams;
  readonly metrics: () => Promise<string>; // in Prometheus' text format
  readonly page: string | undefined; // directory of the built page
  readonly version: string;
};

/** The API table over HTTP and WebSocket, its OpenAPI document, and the page. */
export async function openServer(needs: ServerNeeds): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    const { status, failure } = asFailure(error);
    return reply.status(status).type("application/json").serializer(JSON.stringify).send(failure);
  });
  guardLoopback(app);
  await app.register(fastifyWebsocket, { options: { maxPayload: 64 * 1024 } });
  await app.register(fastifySwagger, {
    openapi: { info: { title: "Rackhand", version: needs.version, license: { name: "Apache-2.0" } } },
    transform: createJsonSchemaTransform({ skipList: ["/openapi.json", "/metrics", "/*"] }),
  });
  await app.register(async (routes) => {
    answerCalls(routes, needs.calls);
    answerLines(routes, needs.calls);
    answerStreams(routes, needs.streams);
    routes.get("/metrics", { schema: { hide: true } }, async (_, reply) =>
      reply.type("text/plain; version=0.0.4; charset=utf-8").send(await needs.metrics()),
    );
    routes.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  });
  await servePage(app, needs.page);
  return listen(app, needs);
}

async function listen(app: FastifyInstance, { host, port }: ServerNeeds) {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Fault("service.port-in-use", { address: `${host}:${port}` }, error);
  }
  const { port: actual } = app.server.address() as AddressInfo;
  return { url: `http://${host}:${actual}`, close: () => app.close() };
}

/** The page finds its own way below `/`: a path that is not the API's gives its first file. */
async function servePage(app: FastifyInstance, root: string | undefined): Promise<void> {
  if (root !== undefined) await app.register(fastifyStatic, { root, wildcard: false });
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === "GET" && !/^\/(api|assets)\//.test(request.url);
    if (isPage && root !== undefined) return reply.sendFile("index.html");
    const { id, says, remedy } = new Fault("use.wrong", {
      what: `There is no ${request.method} ${printable(request.url)}.`,
      verb: "serve",
    });
    return reply.status(404).send({ id, says, remedy });
  });
}
