import type { DeskNeeds } from "../../src/machine/needs.ts";

/** A service whose settings name none. */
export const noWebhooks: DeskNeeds["webhooks"] = {
  nudge: () => {},
  listWebhooks: async () => ({ webhooks: [] }),
  failedWebhooks: async () => ({ failed: [] }),
  testWebhook: async () => ({ taken: false, says: "there is none" }),
};
