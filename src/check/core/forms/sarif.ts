import type { Finding, HostResult } from "../judge-host.ts";
import type { Rule } from "../rule.ts";
import { harmless, isoTime, type ToldRun } from "../told-run.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/**
 * SARIF 2.1.0. What fails is a result, a suppressed one where it is acknowledged; what nobody could tell
 * is the tool's notification, since viewers show every result as an alert. A host is a logical location.
 */
export function sarif({ results, rules, version, began, ended }: ToldRun): string {
  const ids = rules.map(({ id }) => id);
  const run = {
    tool: { driver: { name: "rackhand", version, rules: rules.map(descriptor) } },
    automationDetails: { id: "rackhand-check/" },
    invocations: [
      {
        executionSuccessful: results.every(({ trouble }) => trouble === undefined),
        startTimeUtc: isoTime(began),
        endTimeUtc: isoTime(ended),
        toolExecutionNotifications: results.flatMap((one) => notifications(one, ids)),
      },
    ],
    results: results.flatMap(({ host, findings }) => findings.flatMap((one) => resultsOf(host, one, ids))),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

const descriptor = ({ id, says, because, sources }: Rule) => ({
  id,
  shortDescription: { text: says },
  fullDescription: { text: because },
  help: { text: [says, because, ...sources].join("\n") },
  defaultConfiguration: { level: "error" },
});

const at = (host: string) => [
  { logicalLocations: [{ name: host, fullyQualifiedName: host, kind: "resource" }] },
];
const naming = (id: string, ids: readonly string[]) => ({ id, index: ids.indexOf(id) });

function resultsOf(host: string, finding: Finding, ids: readonly string[]) {
  const { rule, verdict, remedy, acknowledged, lapsed, failsSince } = finding;
  if (verdict.is !== "fail") return [];
  const lines = [verdict.found, ...verdict.evidence, ...(remedy === undefined ? [] : [remedy.say])];
  const suppression = acknowledged && {
    kind: "external",
    status: "accepted",
    justification: `${acknowledged.reason} (${acknowledged.by}, until ${acknowledged.until})`,
  };
  return [
    {
      ...{ ruleId: rule, rule: naming(rule, ids), kind: "fail", level: "error" },
      message: { text: lines.map(harmless).join("\n") },
      locations: at(host),
      partialFingerprints: { "hostRuleCause/v1": `${host}/${rule}/${verdict.cause}` },
      suppressions: suppression === undefined ? [] : [suppression],
      properties: {
        cause: verdict.cause,
        ...(failsSince !== undefined && { failsSince: isoTime(failsSince) }),
        ...(lapsed !== undefined && { lapsed }),
      },
    },
  ];
}

function notifications({ host, trouble, findings }: HostResult, ids: readonly string[]) {
  if (trouble !== undefined)
    return [{ level: "error", message: { text: harmless(trouble) }, locations: at(host) }];
  return findings.flatMap(({ rule, verdict }) => {
    if (verdict.is !== "unknown") return [];
    const message = { text: `Could not tell: ${harmless(verdict.because)}` };
    return [{ level: "warning", message, locations: at(host), associatedRule: naming(rule, ids) }];
  });
}
