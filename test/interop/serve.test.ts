import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const isRoot = process.getuid?.() === 0;
const asRoot = test.skipIf(!isRoot);
const run = promisify(execFile);
const MAC = "02:00:00:00:0c:01";

let state: string;
let children: ChildProcess[] = [];
let server: readonly string[];
let client: readonly string[];

/** A child that has printed what shows that it is ready. */
function start(argv: readonly string[], until: string): Promise<ChildProcess> {
  const env = { ...process.env, RACKHAND_STATE: state };
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ["pipe", "pipe", "pipe"], env });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (piece: Buffer) => {
      said += piece;
      if (said.includes(until)) resolve(child);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}

/** The command line in the server's namespace: exit code and what it said. */
async function rackhand(args: readonly string[], elsewhere = state) {
  const env = { ...process.env, RACKHAND_STATE: elsewhere, IPMI_PASSWORD: "of no account" };
  const [program, ...first] = [...server, process.execPath, MAIN, ...args];
  const done = await run(program!, first, { env, timeout: 60_000 }).catch((error) => error);
  return { code: (done.code as number | undefined) ?? 0, out: String(done.stdout), err: String(done.stderr) };
}

/** Two anonymous namespaces joined by a cable; they end with the processes that hold them. */
beforeEach(async () => {
  if (!isRoot) return;
  state = mkdtempSync(join(tmpdir(), "rackhand-serve-"));
  chmodSync(state, 0o700); // as a verb makes it that comes before the service
  const hold = ["unshare", "--net", "sh", "-c", "echo up; exec cat"];
  const [serving, asking] = [await start(hold, "up"), await start(hold, "up")];
  server = ["nsenter", "-t", `${serving.pid}`, "-n"];
  client = ["nsenter", "-t", `${asking.pid}`, "-n"];
  const inside = async (where: readonly string[], script: string) =>
    run(where[0]!, [...where.slice(1), "sh", "-ec", script]);
  await inside(
    server,
    `ip link set lo up; ip link add s0 type veth peer name c0 address ${MAC} netns ${asking.pid}
    ip addr add 10.9.0.1/24 dev s0; ip link set s0 up`,
  );
  await inside(client, "ip link set c0 up");
});
afterEach(async () => {
  const ended = children.map((child) => new Promise((resolve) => child.on("exit", resolve)));
  for (const child of children) if (child.exitCode === null) child.kill("SIGTERM");
  await Promise.all(
    ended.filter((_, i) => children[i]!.exitCode === null && children[i]!.signalCode === null),
  );
  children = [];
  if (isRoot) rmSync(state, { recursive: true, force: true });
});

/** What udhcpc says that the client got. */
async function ask(): Promise<string> {
  const script = join(state, "tell");
  writeFileSync(script, '#!/bin/sh\necho "$1 $ip"\n', { mode: 0o755 });
  const udhcpc = ["udhcpc", "-i", "c0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", script];
  return (await run(client[0]!, [...client.slice(1), ...udhcpc])).stdout;
}

const SERVE = ["serve", "--port", "0", "--segment", "s0", "--pool", "10.9.0.50-10.9.0.59"];
const serve = (args: readonly string[] = SERVE) =>
  start([...server, process.execPath, MAIN, ...args], "answers on s0");

asRoot(
  "one process serves API and segment: a machine on record gets its lease, and its timeline has it",
  { timeout: 90_000 },
  async () => {
    const service = await serve();
    expect((await rackhand(["machine", "add", "web1", "--mac", MAC])).out).toContain("web1 is on record");

    const stdout = await ask();

    expect(stdout).toContain("bound 10.9.0.50");
    const lines = (await rackhand(["machine", "timeline", "web1", "--json"])).out.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line)).map(({ kind, machine }) => [kind, machine])).toContainEqual([
      "dhcp.answered",
      "web1",
    ]);
    const shown = async () => JSON.parse((await rackhand(["segment", "show", "local", "--json"])).out);
    await expect.poll(shown, { timeout: 20_000 }).toMatchObject({
      segment: { mode: "dhcp", interface: "s0", leases: 1, room: { size: 10, free: 9 } },
      leases: [{ address: "10.9.0.50", mac: MAC, machine: "web1" }],
    });
    const ended = new Promise((resolve) => service.on("exit", resolve));
    service.kill("SIGINT");
    expect(await ended).toBe(0);
  },
);

asRoot(
  "a DHCP server beside ours that is not expected is a finding of the segment, and its name is told",
  { timeout: 90_000 },
  async () => {
    const file = join(state, "rackhand.toml");
    await run(client[0]!, [...client.slice(1), "ip", "addr", "add", "10.9.0.66/24", "dev", "c0"]);
    const range = ["--dhcp-range=10.9.0.200,10.9.0.220", `--dhcp-leasefile=${join(state, "dnsmasq")}`];
    const quiet = ["-d", "--port=0", "--conf-file=/dev/null", "--no-ping", "--interface=c0"];
    await start([...client, "dnsmasq", ...quiet, "--bind-interfaces", ...range], "IP range");
    writeFileSync(file, SEGMENT("a", "s0", 'other-servers = ["10.9.0.66"]\n'));
    await serve(["serve", "--port", "0", "--config", file]);
    expect((await rackhand(["segment", "list"])).code).toBe(0); // it is expected there

    writeFileSync(file, SEGMENT("a", "s0"));
    await rackhand(["reload"]);

    await expect
      .poll(async () => (await rackhand(["segment", "list", "--json"])).out, {
        timeout: 60_000,
        interval: 1000,
      })
      .toContain("Another DHCP server, 10.9.0.66, answers on s0");
    expect((await rackhand(["segment", "list"])).code).toBe(1);
  },
);

asRoot(
  "a second one on the same segment is refused by name, with what to do",
  { timeout: 90_000 },
  async () => {
    await serve();
    const other = mkdtempSync(join(tmpdir(), "rackhand-serve-"));
    chmodSync(other, 0o711);

    const { code, err } = await rackhand(SERVE, other);

    expect(code).toBe(2);
    expect(err).toContain("port 80 of 10.9.0.1 (s0) is taken");
    expect(err).toContain("[boot.port-in-use]");
    rmSync(other, { recursive: true });
  },
);

asRoot("beside another DHCP server it does not start, and names the other", { timeout: 90_000 }, async () => {
  await run(client[0]!, [...client.slice(1), "ip", "addr", "add", "10.9.0.66/24", "dev", "c0"]);
  const range = ["--dhcp-range=10.9.0.200,10.9.0.220", `--dhcp-leasefile=${join(state, "leases")}`];
  const dnsmasq = [
    "dnsmasq",
    "-d",
    "--port=0",
    "--interface=c0",
    "--bind-interfaces",
    "--conf-file=/dev/null",
    ...range,
  ];
  await start([...client, ...dnsmasq], "IP range");

  const { code, err } = await rackhand(SERVE);

  expect(code).toBe(2);
  expect(err).toContain("Another DHCP server, 10.9.0.66, answers on s0.");
});

const SEGMENT = (name: string, on: string, more = "") =>
  `[[segment]]\nname = "${name}"\ninterface = "${on}"\npool = "10.9.0.50-10.9.0.59"\n${more}`;

asRoot(
  "a settings file's reservation holds over a restart; reload adds a segment and leaves the other alone",
  { timeout: 90_000 },
  async () => {
    const file = join(state, "rackhand.toml");
    const first = SEGMENT("a", "s0", `[[segment.reservation]]\nmac = "${MAC}"\naddress = "10.9.0.7"\n`);
    writeFileSync(file, first);
    const service = await serve(["serve", "--port", "0", "--config", file]);
    expect(await ask()).toContain("bound 10.9.0.7");

    writeFileSync(file, `${first}${SEGMENT("b", "s1").replaceAll("10.9.0", "10.8.0")}`);
    await run(server[0]!, [
      ...server.slice(1),
      "sh",
      "-ec",
      "ip link add s1 type veth peer name c1; ip addr add 10.8.0.1/24 dev s1; ip link set s1 up; ip link set c1 up",
    ]);
    const added = await rackhand(["reload"]);
    writeFileSync(file, first);
    const removed = await rackhand(["reload"]);
    writeFileSync(file, first.replace("pool =", "pol ="));
    const wrong = await rackhand(["reload"]);

    expect(added.out).toContain("b answers on s1, 10.8.0.1/24");
    expect(added.out).not.toContain("a answers");
    expect(removed.out).toContain("b ended");
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("line 4, segment 1, pol: there is no such key");
    expect(await ask()).toContain("bound 10.9.0.7"); // a wrong file changes nothing
    const said = new Promise<string>((resolve) =>
      service.stdout!.on("data", (piece) => resolve(String(piece))),
    );
    writeFileSync(file, first);
    service.kill("SIGHUP");
    expect(await said).toContain("Nothing changed");
  },
);

/** Takes alerts as a pager would, where the service finds it, and prints each. */
const PAGER = `require("node:http").createServer((asked, answer) => {
  asked.on("data", (body) => console.log(asked.headers["x-rackhand-event"], String(body)));
  answer.end();
}).listen(9099, "127.0.0.1", () => console.log("takes alerts"))`;
const OWN = `[[sightings]]\nid = "hba-fault"\npattern = "(mpt3sas_cm\\\\d+): fault_state"\nsays = "{subject} gave up"\n`;

asRoot(
  "a rule that a reload brings is read on a live console, and what it sees is paged",
  { timeout: 90_000 },
  async () => {
    const [file, line, secret] = [join(state, "rackhand.toml"), join(state, "line"), join(state, "secret")];
    writeFileSync(secret, "hush\n", { mode: 0o600 });
    writeFileSync(line, "");
    const way = `on = ["true"]\noff = ["false"]\nstatus = ["echo", "running"]\nconsole = ["tail", "-f", "${line}"]\n`;
    const pager = `name = "pager"\nurl = "http://127.0.0.1:9099/"\nevents = ["sighting.own"]\nsecret-file = "${secret}"`;
    const first = `${SEGMENT("local", "s0")}[commands.file]\n${way}[[webhooks]]\n${pager}\n`;
    writeFileSync(file, first);
    let paged = "";
    (await start([...server, process.execPath, "-e", PAGER], "takes")).stdout!.on("data", (piece) => {
      paged += piece;
    });
    await serve(["serve", "--port", "0", "--config", file]);
    const reached = ["--driver", "command", "--commands", "file", "--bmc", "here"];
    await rackhand(["machine", "add", "web1", "--mac", MAC, ...reached]);
    const seen = async () => (await rackhand(["machine", "timeline", "web1", "--json"])).out;
    const patient = { timeout: 30_000, interval: 500 };
    await expect.poll(seen, patient).toContain("console.attached");
    const fault = "mpt3sas_cm0: fault_state(0x2622)!\n";
    appendFileSync(line, `${fault}[    0.000000] Linux version 6.1.0-42-amd64\n`);
    await expect.poll(seen, patient).toContain("kernel-started"); // the line before it was read by then

    writeFileSync(file, `${first}${OWN}`);
    await rackhand(["reload"]);
    appendFileSync(line, fault);

    await expect.poll(() => paged, patient).toContain("sighting.own");
    const [event, body] = paged.split(/ (.*)/);
    expect([event, JSON.parse(body!)]).toMatchObject([
      "sighting.own",
      {
        machine: "web1",
        says: "mpt3sas_cm0 gave up",
        detail: { sighting: "own:hba-fault", subject: "mpt3sas_cm0" },
      },
    ]);
    expect((await seen()).match(/own:hba-fault/g)).toHaveLength(1); // not of what passed before the rule was there
  },
);

const INITRD = "debian-installer/amd64/initrd.gz";
const TREE = "/usr/lib/debian-installer/images/12/amd64/text";
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** A client that has a part of the initrd, and has stopped to read. */
async function stoppedInTheMiddle(argv: readonly string[], got: string): Promise<ChildProcess> {
  const child = spawn(client[0]!, [...client.slice(1), "curl", "-sS", "-o", got, ...argv], {
    stdio: "inherit",
  });
  children.push(child);
  const bytes = () => (existsSync(got) ? statSync(got).size : 0);
  await expect.poll(bytes, { timeout: 20_000, interval: 5 }).toBeGreaterThan(100_000);
  child.kill("SIGSTOP");
  expect(bytes()).toBeLessThan(statSync(join(TREE, INITRD)).size);
  return child;
}

asRoot(
  "a reload that changes pool, reservations, image and lease drops no transfer and no lease",
  { timeout: 90_000 },
  async () => {
    const file = join(state, "rackhand.toml");
    writeFileSync(file, SEGMENT("a", "s0"));
    await serve(["serve", "--port", "0", "--config", file]);
    expect(await ask()).toContain("bound 10.9.0.50");
    await run(client[0]!, [...client.slice(1), "ip", "addr", "add", "10.9.0.50/24", "dev", "c0"]);
    const [tftp, http] = [join(state, "by-tftp"), join(state, "by-http")];
    const slow = [
      await stoppedInTheMiddle([`tftp://10.9.0.1/${INITRD}`], tftp),
      await stoppedInTheMiddle(["--limit-rate", "10M", `http://10.9.0.1/${INITRD}`], http),
    ];

    const other = "02:00:00:00:0c:07";
    const more = `lease = "2h"\nimage = "${TREE}"\n[[segment.reservation]]\nmac = "${other}"\naddress = "10.9.0.7"\n`;
    writeFileSync(file, SEGMENT("a", "s0", more).replace("0.59", "0.69"));
    const reloaded = await rackhand(["reload"]);
    expect(await ask()).toContain("bound 10.9.0.50");
    const ended = slow.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of slow) child.kill("SIGCONT");

    expect(reloaded.out).toContain("a answers on s0, 10.9.0.1/24");
    expect(await Promise.all(ended)).toEqual([0, 0]);
    const whole = sha256(join(TREE, INITRD));
    expect([sha256(tftp), sha256(http)]).toEqual([whole, whole]);
    await run(client[0]!, [...client.slice(1), "ip", "link", "set", "c0", "address", other]);
    expect(await ask()).toContain("bound 10.9.0.7");
  },
);

asRoot(
  "a port that another program has keeps the mirror shut and nothing else; on another one machines load through it",
  { timeout: 90_000 },
  async () => {
    const pool = join(state, "www/debian/pool");
    mkdirSync(pool, { recursive: true });
    writeFileSync(join(pool, "a.deb"), "!<arch>\nand more");
    const there = [...server, "busybox", "httpd", "-f", "-v", "-p", "8080", "-h", join(state, "www")];
    const httpd = spawn(there[0]!, there.slice(1), { stdio: "ignore" });
    children.push(httpd);
    await run(client[0]!, [...client.slice(1), "ip", "addr", "add", "10.9.0.77/24", "dev", "c0"]);
    const file = join(state, "rackhand.toml");
    const settings = (port: number) =>
      `[mirror]\nport = ${port}\narchives = { debian = "http://127.0.0.1:8080/debian" }\n${SEGMENT("a", "s0")}`;
    writeFileSync(file, settings(8080));
    await serve(["serve", "--port", "0", "--config", file]);
    const off = await rackhand(["mirror", "status"]);
    writeFileSync(file, settings(3142));
    const reloaded = await rackhand(["reload"]);
    const load = async (...words: string[]) =>
      (await run(client[0]!, [...client.slice(1), "curl", "-s", ...words])).stdout;
    const loaded = [
      await load("http://10.9.0.1:3142/debian/pool/a.deb"),
      await load("-x", "http://10.9.0.1:3142", "http://ftp.de.debian.org/debian/pool/a.deb"),
    ];
    const { out } = await rackhand(["mirror", "status", "--json"]);

    expect([off.code, off.out]).toEqual([1, expect.stringContaining("No segment has the mirror")]);
    expect(reloaded.out).toContain("a answers on s0, 10.9.0.1/24, mirror at http://10.9.0.1:3142/");
    expect(loaded).toEqual(Array(2).fill("!<arch>\nand more"));
    expect(JSON.parse(out)).toMatchObject({
      doors: [{ segment: "a", proxy: "http://10.9.0.1:3142/", debian: "http://10.9.0.1:3142/debian" }],
      archives: expect.arrayContaining([{ name: "debian", url: "http://127.0.0.1:8080/debian" }]),
      served: { hit: { files: 1, bytes: 16 }, miss: { files: 1, bytes: 16 } },
    });
  },
);

asRoot.each([
  [["--segment", "nosuch0"], "boot.no-interface"],
  [["--segment", "s0", "--pool", "10.9.0.59-10.9.0.50"], "use.wrong"],
])("serve %j is refused: %s", async (args, fault) => {
  const { code, err } = await rackhand(["serve", "--port", "0", ...args]);

  expect(code).toBe(2);
  expect(err).toContain(`[${fault}]`);
});

test("without a service the command line says how to start one", async () => {
  const env = { ...process.env, RACKHAND_URL: "http://127.0.0.1:9", RACKHAND_STATE: tmpdir() };

  const failed = await run(process.execPath, [MAIN, "machine", "list"], { env }).catch((error) => error);

  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain("No service answers at http://127.0.0.1:9.");
  expect(failed.stderr).toContain("rackhand serve");
});

test("a port that another program has is a fault that names the port", async () => {
  const { createServer } = await import("node:net");
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as { port: number };
  const own = mkdtempSync(join(tmpdir(), "rackhand-serve-"));
  chmodSync(own, 0o711);

  const env = { ...process.env, RACKHAND_STATE: own };
  const failed = await run(process.execPath, [MAIN, "serve", "--port", `${port}`], { env }).catch(
    (error) => error,
  );

  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain(`127.0.0.1:${port} is taken by another program.`);
  taken.close();
  rmSync(own, { recursive: true, force: true });
});
