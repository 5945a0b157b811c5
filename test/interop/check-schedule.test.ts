import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { overSsh } from "../../src/host/over-ssh.ts";
import { checks } from "../../src/settings/core/checks.ts";
import { Deliverer } from "../../src/webhook/deliverer.ts";
import { openOneService } from "../support/one-service.ts";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";

const HOUR = 3_600_000;

describe.skipIf(noSshd !== undefined)(`scheduled checks${noSshd === undefined ? "" : `: ${noSshd}`}`, () => {
  let service: Awaited<ReturnType<typeof openOneService>>;
  let sshd: SshServer;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    sshd = await startSshServer();
    service = await openOneService();
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await service?.close();
    await sshd?.stop();
  });

  test("a new failure of a host over ssh reaches webhook, timeline, metrics and page, and so does its end", async () => {
    const { checks: scheduled, store, api } = service;
    const rules = join(sshd.place, "rules");
    mkdirSync(rules);
    const lamp = {
      id: "lamp",
      says: "s",
      because: "b",
      run: `cat ${sshd.place}/lamp`,
      healthy: "^lit$",
      remedy: "r",
    };
    writeFileSync(join(rules, "lamp.json"), JSON.stringify(lamp));
    writeFileSync(join(sshd.place, "lamp"), "dark\n");
    const asked = { hosts: ["one", "one-2"], every: "1h", rules: ["lamp"], "rules-directory": rules };
    scheduled.schedules.push(checks.parse({ name: "hourly", ...asked }));
    let config = sshd.config;
    scheduled.hosts = () => asked.hosts.map((name) => ({ name, open: () => overSsh(name, { config }) }));
    await api.ask("addMachine", { name: "one", mac: "52:54:00:7a:00:09", segment: "rack" });
    const hook = await receiver();
    const nextRun = async () => {
      await service.lookAtChecks();
      scheduled.laterMs += HOUR;
    };

    await nextRun();
    const failing = await api.ask("listChecks", {});
    await nextRun(); // as before: no news
    config = join(sshd.place, "no-such-file");
    await nextRun(); // not reached: no news
    const lost = await api.ask("listChecks", { machine: "one" });
    const text = await (await fetch(`${service.url}/metrics`)).text();
    config = sshd.config;
    writeFileSync(join(sshd.place, "lamp"), "lit\n");
    await nextRun();

    await expect.poll(() => hook.got.length, { timeout: 20_000 }).toBe(4);
    expect(hook.got.map(({ event, detail, page }) => [event, detail.host, page]).sort()).toEqual([
      ["check.failed", "one", expect.stringMatching(/^\/machines\/one\?event=\d+$/)],
      ["check.failed", "one-2", "/checks/one-2"],
      ["check.passed", "one", expect.stringMatching(/^\/machines\/one\?event=\d+$/)],
      ["check.passed", "one-2", "/checks/one-2"],
    ]);
    const { events } = await api.ask("timeline", { name: "one", limit: 100 });
    expect(events.map(({ kind }) => kind).filter((kind) => kind.startsWith("check."))).toEqual([
      "check.failed",
      "check.passed",
    ]);
    expect(failing).toMatchObject({
      hosts: [
        { host: "one", machine: "one", by: "hourly", fails: 1 },
        { host: "one-2", fails: 1 },
      ],
      schedules: [{ name: "hourly", hosts: 2, everyMs: HOUR, trouble: null }],
    });
    expect(failing.rows).toMatchObject([
      { rule: "lamp", is: "fail", isNew: true },
      { rule: "lamp", is: "fail", isNew: true },
    ]);
    expect(lost.hosts).toMatchObject([{ host: "one", trouble: expect.stringContaining("host.") }]);
    expect(lost.rows.find(({ is }) => is === "fail")).toMatchObject({ isNew: false }); // still known to fail
    expect(text).toContain('rackhand_checks_failing{rule="lamp",acknowledged="no"} 2');
    expect(text).toContain('rackhand_check_hosts{is="not asked"} 2');
    expect(text).toMatch(/rackhand_check_last_run_timestamp_seconds\{schedule="hourly"\} \d+/);
    const { findings } = await api.ask("showChecks", { host: "one-2" });
    expect(findings).toMatchObject([{ rule: "lamp", is: "pass" }]);

    async function receiver() {
      const got: { event: string; page: string; detail: { host: string } }[] = [];
      const server = createServer((request, response) => {
        let body = "";
        request.on("data", (piece) => {
          body += piece;
        });
        request.on("end", () => {
          got.push(JSON.parse(body));
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const events = ["check.failed", "check.passed"] as const;
      const pager = { name: "pager", url: `http://127.0.0.1:${port}/`, events, secret: () => "s" };
      await store.claimWebhook("pager", "test", 0);
      const deliverer = new Deliverer({
        ...{ store, targets: () => [pager], me: "me", now: Date.now, told: () => {}, troubled: () => {} },
        lookEveryMs: 200,
      });
      closing.push(
        () => server.close(),
        () => deliverer.stop(),
      );
      return { got };
    }
  });
});
