import { randomUUID } from "node:crypto";
import type { Meters } from "../machine/meters.ts";
import type { Webhooks } from "../machine/needs.ts";
import type { Settings } from "../settings/core/settings.ts";
import { Deliverer, type KeepsWebhooks } from "../webhook/deliverer.ts";
import { webhookTargets } from "./webhook-targets.ts";

/** The settings' webhooks, told by this process unless another service on the same database does. */
export function openWebhooks(needs: {
  readonly store: KeepsWebhooks;
  readonly settings: () => Pick<Settings, "webhooks">;
  readonly troubled: (error: unknown) => void;
  readonly meters: Pick<Meters, "count">;
}): Webhooks & { stop(): Promise<void> } {
  const { store, settings, troubled, meters } = needs;
  const targets = () => webhookTargets(settings().webhooks);
  const told = (webhook: string, { ok }: { readonly ok: boolean }) =>
    meters.count("rackhand_webhook_tries_total", { webhook, outcome: ok ? "taken" : "refused" });
  const deliverer = new Deliverer({
    ...{ store, targets, me: randomUUID(), now: Date.now, troubled, told },
  });
  return {
    nudge: deliverer.nudge,
    stop: () => deliverer.stop(),
    listWebhooks: async () => ({ webhooks: await deliverer.list() }),
    failedWebhooks: async () => ({ failed: await deliverer.failed() }),
    testWebhook: async ({ name }) => {
      const posted = await deliverer.test(name, `test-${randomUUID()}`);
      const says = posted.ok ? `${name} took it` : `${name} did not take it: ${posted.why}`;
      return { taken: posted.ok, says };
    },
  };
}
