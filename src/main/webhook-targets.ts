import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../settings/core/settings.ts";
import type { Target } from "../webhook/deliverer.ts";

/** The settings' webhooks; a secret is read when it is used, so that a changed one counts at once. */
export const webhookTargets = (settings: Settings["webhooks"]): Target[] =>
  settings.map(({ name, url, events, ...from }) => ({ name, url, events, secret: () => secretOf(from) }));

type From = Pick<Settings["webhooks"][number], "secret-file" | "secret-credential">;

/** systemd.exec(5): LoadCredential= puts its files below $CREDENTIALS_DIRECTORY. */
function secretOf({ "secret-file": file, "secret-credential": credential }: From): string {
  const path = file ?? join(process.env.CREDENTIALS_DIRECTORY ?? "/nonexistent", credential ?? "");
  const secret = readFileSync(path, "utf8").trimEnd();
  if (secret === "") throw new Error(`the secret in ${path} is empty`);
  return secret;
}
