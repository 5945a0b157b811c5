import { z } from "zod";
import * as s from "./shapes.ts";

export type Role = "viewer" | "operator" | "admin";
/** STREAM: a WebSocket; LINES: GET, answered by one JSON object a line. */
export type Verb = "GET" | "POST" | "DELETE" | "STREAM" | "LINES";
type Shape = z.ZodType;
export type Row = {
  readonly verb: Verb;
  readonly path: string; // `:name` is taken from the question
  readonly role: Role;
  readonly says: string; // one line for OpenAPI and help
  readonly takes: z.ZodObject;
  readonly gives: Shape; // of a stream: each frame; of lines: each line
  readonly mostBytes?: number; // of the question, where the usual 64 KiB do not do
  readonly hears?: Shape; // of a stream: each frame from the asker
};

export const none = z.object({});
export const named = z.object({ name: s.name });
export const done = z.object({ says: z.string() });
