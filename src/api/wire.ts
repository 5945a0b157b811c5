import type { FromAgent, ToAgent } from "./agent.ts";

/** One end of a connection that carries whole messages in order. */
export type Wire<Sends, Hears> = {
  send(message: Sends): void;
  /** Called once, at once: messages that came before wait for it. */
  listen(on: { message(message: Hears): void; closed(why: string): void }): void;
  close(): void;
};
export type ServiceEnd = Wire<ToAgent, FromAgent>;
export type AgentEnd = Wire<FromAgent, ToAgent>;
