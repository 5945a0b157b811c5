import { object } from "@optique/core/constructs";
import { argument } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import { json, says } from "../common.ts";
import { columns } from "../table.ts";
import { verb } from "../verb.ts";

export const webhookList = verb({
  words: "webhook list",
  says: "Where alerts are sent, and how it goes; exit 1 when one is in trouble",
  example: "rackhand webhook list",
  options: object({ json }),
  async act({ json: asJson }, { api, out, width }) {
    const { webhooks } = await api.ask("listWebhooks", {});
    const rows = webhooks.map((one) => [
      one.name,
      `${one.url}${one.isPrivate ? " (private address)" : ""}`,
      one.trouble === null ? "well" : `${one.trouble}, ${one.tries} tries`,
      one.events.join(","),
    ]);
    if (asJson) out(JSON.stringify(webhooks));
    else if (webhooks.length === 0)
      out("None: docs/webhooks-and-metrics.md shows how the settings name one.");
    else for (const line of columns(["NAME", "URL", "GOES", "EVENTS"], rows, width)) out(line);
    return webhooks.some(({ trouble }) => trouble !== null) ? 1 : 0;
  },
});

export const webhookTest = verb({
  words: "webhook test",
  says: "Send a test now, signed as all are; exit 1 when it is not taken",
  example: "rackhand webhook test pager",
  options: object({ name: argument(string({ metavar: "NAME" }), says("As the settings name it")), json }),
  async act({ name, json: asJson }, { api, out }) {
    const answer = await api.ask("testWebhook", { name });
    out(asJson ? JSON.stringify(answer) : answer.says);
    return answer.taken ? 0 : 1;
  },
});

export const webhookFailed = verb({
  words: "webhook failed",
  says: "Alerts that were not taken within a day, and why; exit 1 when there are some",
  example: "rackhand webhook failed",
  options: object({ json }),
  async act({ json: asJson }, { api, out, width }) {
    const { failed } = await api.ask("failedWebhooks", {});
    const rows = failed.map((one) => [
      one.name,
      new Date(one.at).toISOString(),
      `rackhand event ${one.event}`,
      one.alert,
      `${one.why}, ${one.tries} tries`,
    ]);
    if (asJson) out(JSON.stringify(failed));
    else if (failed.length === 0) out("None.");
    else for (const line of columns(["NAME", "AT", "EVENT", "ALERT", "WHY"], rows, width)) out(line);
    return failed.length === 0 ? 0 : 1;
  },
});
