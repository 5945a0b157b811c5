import { rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import type { z } from "zod";
import { fromAgent, toAgent } from "../api/agent.ts";
import type { AgentEnd, ServiceEnd, Wire } from "../api/wire.ts";
import { reason } from "../base/fault.ts";
import { takeLines } from "../base/json-lines.ts";

/** Both ends in one process: the agent protocol without a socket. */
export function memoryPair(): { service: ServiceEnd; agent: AgentEnd } {
  const toTheAgent = oneWay<never>();
  const toTheService = oneWay<never>();
  const close = () => {
    toTheAgent.close();
    toTheService.close();
  };
  return {
    service: { send: toTheAgent.put as ServiceEnd["send"], listen: toTheService.listen, close },
    agent: { send: toTheService.put as AgentEnd["send"], listen: toTheAgent.listen, close },
  };
}

/** Agents of this machine dial the service here. The socket's directory is the access rule. */
export function listenForAgents(path: string, met: (end: ServiceEnd) => void): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => met(jsonWire(socket, fromAgent) as ServiceEnd));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve(server));
  });
}

/** One try; rejects when nobody listens. */
export function dialService(path: string): Promise<AgentEnd> {
  const socket = createConnection(path);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(jsonWire(socket, toAgent) as AgentEnd);
    });
  });
}

function jsonWire<T>(socket: Socket, shape: z.ZodType<T>): Wire<unknown, T> {
  const way = oneWay<T>();
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (text: string) => {
    const taken = takeLines(rest, text);
    rest = taken.rest;
    try {
      if (taken.tooLong) throw new Error("a message is too long");
      for (const line of taken.lines) way.put(shape.parse(JSON.parse(line)));
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  let why = "the other side closed";
  socket.on("error", (error) => {
    why = reason(error);
  });
  socket.on("close", () => way.close(why));
  return {
    send: (message) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    },
    listen: way.listen,
    close: () => socket.destroy(),
  };
}

function oneWay<T>() {
  let ear: { message(message: T): void; closed(why: string): void } | undefined;
  let early: T[] = [];
  let closedBecause: string | undefined;
  return {
    put: (message: T) => {
      if (ear === undefined) early.push(message);
      else queueMicrotask(() => ear?.message(message));
    },
    listen: (on: NonNullable<typeof ear>) => {
      ear = on;
      const waited = early;
      early = [];
      for (const message of waited) on.message(message);
      if (closedBecause !== undefined) on.closed(closedBecause);
    },
    close: (why = "closed") => {
      if (closedBecause !== undefined) return;
      closedBecause = why;
      ear?.closed(why);
    },
  };
}
