import type { CheckedHost, CheckFinding, FleetRow } from "../../src/api/check-rows.ts";
import type { PretendService } from "./pretend-service.ts";

const HOUR = 3_600_000;
export const ACKNOWLEDGED = { reason: "new disk in January", by: "anna", until: "2027-01-31" };

/** Three hosts: one that fails, one that is fine, one that could not be asked. */
export function tellChecks(service: PretendService, now: number): void {
  const host = (name: string, more: Partial<CheckedHost> = {}): CheckedHost => ({
    ...{ host: name, machine: name.replace(/^.*@/, ""), at: now - HOUR, by: "nightly", trouble: null },
    ...{ fails: 0, acknowledged: 0, unknown: 0, passes: 19, ...more },
  });
  const failing = host("root@m1", { fails: 1, acknowledged: 1, unknown: 1 });
  const away = host("root@db2.example.org", { trouble: "db2.example.org did not answer: no route to host." });
  service.checks.list = {
    hosts: [away, failing, host("here", { by: "anna" })],
    rows: [
      row({ failsSince: now - 72 * HOUR, at: now - HOUR }),
      row({
        ...{ rule: "boot-room", cause: "initrd", says: "/boot has 3 MB left; the next kernel needs 40 MB" },
        ...{ acknowledged: ACKNOWLEDGED, failsSince: now - 9 * HOUR },
      }),
      row({ host: away.host, rule: null, is: "unknown", says: away.trouble!, failsSince: null }),
      row({
        ...{ rule: "fstab-nofail", is: "changed", at: now - 2 * HOUR, failsSince: null, cause: null },
        says: "mended by anna (fstab-nofail-20261129-3fa2)",
      }),
    ],
    schedules: [
      {
        ...{ name: "nightly", hosts: 3, everyMs: 24 * HOUR, at: now - HOUR, tookMs: 4200 },
        ...{ isRunning: false, trouble: null },
      },
    ],
  };
  service.checks.hosts.push(
    {
      host: failing,
      findings: [
        finding({
          ...{ is: "fail", says: "nobody reads the journal", cause: "no-acl", failsSince: now - 72 * HOUR },
          evidence: ["/var/log/journal root:root 0700", "<b>no</b> \u001b[31mACL"],
          remedy: "Let systemd-tmpfiles set the rights that Debian ships.",
          mends: true,
        }),
        finding({
          ...{ rule: "boot-room", is: "fail", says: "/boot has 3 MB left", cause: "initrd" },
          ...{ failsSince: now - 9 * HOUR, acknowledged: ACKNOWLEDGED, remedy: "Remove old kernels." },
        }),
        finding({ rule: "disk-pending", is: "unknown", says: "smartctl is not installed" }),
        finding({ rule: "net-names", means: "Interfaces are called as the configuration names them" }),
        finding({ rule: "init", is: "not-applicable", says: "it is a container" }),
      ],
      acts: [
        {
          at: now - 2 * HOUR,
          by: "anna",
          did: "mended",
          rule: "fstab-nofail",
          id: "fstab-nofail-20261129-3fa2",
        },
      ],
    },
    { host: away, findings: [], acts: [] },
  );

  function finding(more: Partial<CheckFinding>): CheckFinding {
    return {
      ...{
        rule: "journal-readable",
        means: "The journal is read by who may",
        is: "pass",
        says: "",
        cause: null,
      },
      ...{ evidence: [], remedy: null, mends: false, failsSince: null, at: now - HOUR },
      ...{ acknowledged: null, lapsed: null, ...more },
    };
  }
  function row(more: Partial<FleetRow>): FleetRow {
    return {
      ...{ host: "root@m1", rule: "journal-readable", is: "fail", cause: "no-acl", at: now - HOUR },
      ...{ says: "nobody reads the journal", failsSince: now - HOUR, isNew: false },
      ...{ acknowledged: null, lapsed: null, ...more },
    };
  }
}
