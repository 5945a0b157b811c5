import { flaw, ok, type Read } from "../../base/read.ts";

/** What a running server says of itself in postmaster.pid (PostgreSQL's src/include/utils/pidfile.h). */
export type PostmasterPid = {
  readonly pid: number;
  readonly data: string;
  readonly port: number | null; // null until the server has got that far
  readonly socket: string | null;
  readonly status: string; // starting, ready, stopping; empty at first
};

export function readPostmasterPid(text: string): Read<PostmasterPid> {
  const [first = "", data = "", , port = "", socket = "", , , status = ""] = text.split("\n");
  const pid = Math.abs(Number(first)); // a single-user server writes its pid negated
  if (!Number.isInteger(pid) || pid < 2) return flaw(`postmaster.pid begins with "${first}", not a process`);
  const where = { port: Number(port) || null, socket: socket.startsWith("/") ? socket : null };
  return ok({ pid, data, ...where, status: status.trim() });
}
