import { readTftp } from "./packet.ts";

/** Services that answer whatever they hear: a packet sent there in somebody else's name could start a loop. */
const ECHOING: ReadonlySet<number> = new Set([0, 7, 13, 17, 19, 53, 67, 69, 123, 161, 389, 1900]);
const MOST_ANSWERS = 16; // in one transfer: more strangers than that are no mistake

export const mayEcho = (port: number): boolean => ECHOING.has(port);

/**
 * RFC 1350 4: a packet from a foreign port gets error 5, and the transfer goes on. An error never earns an
 * answer, nor does what nobody can read, and a flood earns few.
 */
export function earnsAnswer(bytes: Uint8Array, port: number, answered: number): boolean {
  if (answered >= MOST_ANSWERS || mayEcho(port)) return false;
  const packet = readTftp(bytes);
  return packet.ok && packet.value.is !== "error";
}
