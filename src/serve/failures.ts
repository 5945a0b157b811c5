import type { Failure } from "../api/table.ts";
import { Fault, type FaultId, reason } from "../base/fault.ts";

const STATUS: Partial<Record<FaultId, number>> = {
  "machine.unknown": 404,
  "event.unknown": 404,
  "webhook.unknown": 404,
  "machine.not-discovered": 404,
  "bisect.unknown": 404,
  "bench.no-run": 404,
  "machine.exists": 409,
  "machine.no-bmc": 409,
  "machine.declared": 409,
  "machine.comes-with-agent": 409,
  "machine.import-clash": 409,
  "machine.import-stale": 409,
  "machine.no-agent": 503,
  "image.missing": 404,
  "use.wrong": 400,
  "service.failed": 500,
};

/** What was thrown, as the API says it. */
export function asFailure(error: unknown): { status: number; failure: Failure } {
  if (error instanceof Fault) {
    return {
      status: STATUS[error.id as FaultId] ?? 502,
      failure: { id: error.id, says: error.says, remedy: error.remedy },
    };
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  const fault =
    status < 500
      ? new Fault("use.wrong", {
          what: `The question is not well formed: ${complaints(error)}.`,
          verb: "VERB",
        })
      : new Fault("service.failed", { why: reason(error) });
  return { status, failure: { id: fault.id, says: fault.says, remedy: fault.remedy } };
}

/** The validator's findings, each with the place it concerns. */
function complaints(error: unknown): string {
  const found = (error as { validation?: { instancePath: string; message?: string }[] }).validation;
  if (found === undefined) return reason(error);
  return found
    .map(({ instancePath, message }) => `${instancePath.slice(1) || "it"}: ${message ?? "wrong"}`)
    .join("; ");
}
