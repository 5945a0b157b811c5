import { flaw, ok, type Read } from "../../base/read.ts";

/** What a running server says of itself in postmaster.pid (PostgreSQL's src/include/utils/pidfile.h). */
export type PostmasterPid = {
  readonly pid: number;
  readonly data: string;
  readonly port: number | null; // null until the server has got that far
  readonly socket: string | null;
};

export function readPostmasterPid(text: string): Read<PostmasterPid> {
  const [first = "", data = "", , port = "", socket = ""] = text.split("\n");
  const pid = Math.abs(Number(first)); // a single-user server writes its pid negated
  if (!Number.isInteger(pid) || pid < 2) return flaw(`postmaster.pid begins with "${first}", not a process`);
  return ok({ pid, data, port: Number(port) || null, socket: socket.startsWith("/") ? socket : null });
}
