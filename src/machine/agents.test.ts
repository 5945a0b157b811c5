import { expect, test } from "vitest";
import type { FromAgent } from "../api/agent.ts";
import { Agents } from "./agents.ts";

test("an agent that cannot be met is told of in the log and hung up on; nothing is thrown at nobody", async () => {
  const told: unknown[] = [];
  const trouble = new Error("the store is away");
  const agents = new Agents({
    met: () => Promise.reject(trouble),
    said: () => {},
    left: () => {},
    now: () => 0,
    asked: () => {},
    troubled: (error) => told.push(error),
  });
  const segment = { name: "rack", interface: "s0" } as never;

  const closed = await new Promise<boolean>((resolve) => {
    const hello = { is: "hello", agent: "a1", run: "r1", segment, declares: [] } as FromAgent;
    agents.meet({ send: () => {}, listen: (on) => on.message(hello), close: () => resolve(true) });
  });

  expect([closed, told]).toEqual([true, [trouble]]);
});
