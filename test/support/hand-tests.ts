import { afterEach, beforeEach, expect } from "vitest";
import { openOneService } from "./one-service.ts";
import { type Does, PretendHand } from "./pretend-hand.ts";

export type Service = Awaited<ReturnType<typeof openOneService>>;
export type Agent = ReturnType<Service["startAgent"]>["agent"];
export const patient = { timeout: 20_000, interval: 50 };

/** For each test of a file a service with one machine, m1, and the live hands that boot on it, ended with it. */
export function handTests(usual: Does, begun: (service: Service) => void) {
  let service: Service;
  const hands: PretendHand[] = [];
  beforeEach(async () => {
    service = await openOneService();
    begun(service);
  });
  afterEach(async () => {
    for (const hand of hands.splice(0)) hand.stop();
    await service.close();
  });
  const machine = () => service.api.ask("showMachine", { name: "m1" });
  return {
    machine,
    story: (id: number) => service.api.ask("showStory", { id }),
    async attended(options: Parameters<Service["startAgent"]>[0] = {}) {
      const started = service.startAgent(options);
      service.attach(started.agent);
      const power = async () => (await machine()).power;
      await expect.poll(() => power().catch(() => null), patient).toBe("off");
      return started;
    },
    /** The machine boots what is armed for it now, or with that plan: its hand stands. */
    async boots(agent: Agent, how = usual, plan: { readonly id?: number } = {}): Promise<PretendHand> {
      const armed = () => agent.machineCalled("m1")?.plan;
      await expect.poll(armed, patient).toMatchObject({ ...plan, kind: "live" });
      const hand = new PretendHand(agent.hands, agent.machineCalled("m1")!, how);
      hands.push(hand);
      void hand.works();
      return hand;
    },
  };
}
