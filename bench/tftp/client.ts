import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Cable } from "../cable.ts";
import type { Done, Task } from "./fetch.ts";

export type Client = { readonly fetch: (task: Task) => Promise<Done> };

export async function openClient(cable: Cable): Promise<Client> {
  const argv = [
    process.execPath,
    "--import",
    import.meta.resolve("tsx"),
    join(import.meta.dirname, "fetch.ts"),
  ];
  const child = cable.start("client", argv);
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the TFTP client ended");
    return value as string;
  };
  await line();
  return {
    fetch: async (task) => {
      child.stdin!.write(`${JSON.stringify(task)}\n`);
      const { ms, each } = JSON.parse(await line()) as { ms: number; each: (number | null)[] };
      return { ms, each: each.map((one) => one ?? undefined) };
    },
  };
}
