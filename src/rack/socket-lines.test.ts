import { createServer, type Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { onLines } from "./socket-lines.ts";

const soon = <T>(look: () => T) => vi.waitFor(look, { timeout: 10_000 });

test("an end that is killed closes the socket, and nothing else happens", async () => {
  const lines: string[] = [];
  let served: Socket | undefined;
  const server = createServer((socket) => {
    served = socket;
    onLines(socket, (line) => lines.push(line));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { connect } = await import("node:net");
  const asker = connect((server.address() as { port: number }).port, "127.0.0.1");
  asker.write("one\ntwo\nhalf");
  await soon(() => expect(lines).toEqual(["one", "two"]));

  asker.resetAndDestroy(); // a RST, as the kernel sends for a killed process with unread bytes

  await soon(() => expect(served?.destroyed).toBe(true));
  server.close();
});
