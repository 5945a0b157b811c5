import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { overSsh } from "../../src/host/over-ssh.ts";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";
import { hostConformance } from "./host.ts";

const why = noSshd === undefined ? "" : ` (skipped: ${noSshd})`;
const TRUE = { argv: ["true"], withinMs: 20_000 } as const;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

describe.skipIf(noSshd !== undefined)(`a host over ssh${why}`, () => {
  let server: SshServer;
  let host: Host;

  beforeAll(async () => {
    server = await startSshServer();
    host = overSsh("one", { config: server.config });
  });
  afterAll(async () => {
    await host?.close();
    await server?.stop();
  });

  hostConformance("over ssh", async () => ({ host, place: server.place }));

  const refusalOf = async (name: string, config = server.config) => {
    const other = overSsh(name, { config });
    const refused = await other.run(TRUE).catch((error) => error);
    await other.close();
    return refused;
  };

  test("all commands share one connection, which ends with the host", async () => {
    vi.stubEnv("TMPDIR", server.place);
    onTestFinished(() => void vi.unstubAllEnvs());
    const sessions = () =>
      readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "latin1").split(" ").length - 1;
    const places = () => readdirSync(server.place).filter((name) => name.startsWith("rackhand-ssh-")).length;
    const [before, placesBefore] = [sessions(), places()];
    const other = overSsh("one", { config: server.config });

    await other.run(TRUE);
    await other.run(TRUE);
    const during = sessions();
    await other.close();

    expect(during - before).toBe(1);
    await expect.poll(sessions).toBe(before);
    await expect.poll(places).toBe(placesBefore);
  });

  test("a host that is slow to let in is waited for, and one that lets nobody in is told as that", async () => {
    const slow = await startSshServer(['ForceCommand sleep 4; exec sh -c "$SSH_ORIGINAL_COMMAND"']);
    onTestFinished(slow.stop);
    const [patient, hasty] = [
      { connectsWithinMs: 1000 },
      { connectsWithinMs: 1000, letsInWithinMs: 2000 },
    ].map((options) => overSsh("one", { config: slow.config, ...options }));
    onTestFinished(() => Promise.all([patient!.close(), hasty!.close()]).then(() => {}));

    const [in_, out] = await Promise.allSettled([patient!.run(TRUE), hasty!.run(TRUE)]);

    expect(in_).toMatchObject({ value: { end: { is: "exit", status: 0 } } });
    expect(out).toMatchObject({
      reason: { id: "host.unreachable", says: expect.stringContaining("lets nobody in within 2 s") },
    });
  });

  test("a key that is not let in, a host that is not there and a name that is none each have their fault", async () => {
    const [wrong, stranger] = [join(server.place, "wrong_config"), join(server.place, "stranger_config")];
    writeFileSync(stranger, readFileSync(server.config, "utf8").replace("/user\n", "/host\n"));
    writeFileSync(wrong, `Include ${stranger}\nHost gone\n  HostName 127.0.0.1\n  Port 1\n`);

    expect(await refusalOf("one", wrong)).toMatchObject({ id: "host.key-refused" });
    expect(await refusalOf("gone", wrong)).toMatchObject({ id: "host.unreachable" });
    expect(() => overSsh("-oProxyCommand=true")).toThrow(/no name of a host/);
  });

  test("another host key is refused, and an unknown one until it was accepted", async () => {
    const unknown = join(server.place, "unknown_config");
    writeFileSync(unknown, `Host one\n  UserKnownHostsFile ${server.place}/none\nInclude ${server.config}\n`);
    const trusting = overSsh("one", { config: unknown, firstKey: "remembered" });

    expect(await refusalOf("one", unknown)).toMatchObject({ id: "host.key-unknown" });
    expect((await trusting.run(TRUE)).end).toEqual({ is: "exit", status: 0 });
    await trusting.close();
    expect(existsSync(join(server.place, "none"))).toBe(true);

    await server.newHostKey();
    const changed = await refusalOf("one");
    expect(changed).toMatchObject({ id: "host.key-changed" });
    expect(changed.says).toContain("SHA256:");
  });

  /** Ended when the test is, however that ends. */
  async function another(environment: Readonly<Record<string, string>> = {}): Promise<Host> {
    const one = await startSshServer([], environment);
    const open = overSsh("one", { config: one.config });
    onTestFinished(async () => {
      await open.close();
      await one.stop();
    });
    return open;
  }

  test("what a profile says before the command is not the command's", async () => {
    const home = join(server.place, "talking");
    mkdirSync(home);
    writeFileSync(join(home, ".bashrc"), "echo welcome; echo 'no such locale' >&2\n: >~/read\n");
    const talking = await another({ HOME: home });

    const ran = await talking.run({ ...TRUE, argv: ["echo", "said"] });

    expect(existsSync(join(home, "read"))).toBe(true);
    expect([text(ran.stdout), text(ran.stderr)]).toEqual(["said\n", ""]);
  });

  test("a connection that is lost is a fault, never an answer; the next command opens another", async () => {
    const cut = await another();
    const asked = cut.run({
      argv: ["sh", "-c", "kill -9 $(ps -o ppid= -p $PPID); sleep 3"],
      withinMs: 20_000,
    });

    await expect(asked).rejects.toMatchObject({ id: "host.lost" });
    expect((await cut.run(TRUE)).end).toEqual({ is: "exit", status: 0 });
  });
});
