import { type ChildProcess, execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { API } from "../../src/api/table.ts";
import { type Cable, ended, layCable } from "../interop/cable.ts";

const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const TREE = "/usr/lib/debian-installer/images/12/amd64/text";
const SECRETS = {
  bmc: "canary-bmc-5f1d0c",
  hash: "$6$canary$Zq9hashhash",
  key: "ssh-ed25519 AAAAcanarykey",
};
const SMALL = 300_000; // kernels and initrds are Debian's own, byte for byte
const MACHINE = "02:00:00:00:0c:01";
const [ITS, ELSEWHERE] = ["10.9.0.50", "10.9.0.77"];
const asRoot = test.skipIf(process.getuid?.() !== 0);

let state: string;
let cable: Cable;
let service: ChildProcess;
let said = "";
let token: string;

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  state = mkdtempSync(join(tmpdir(), "rackhand-secrets-"));
  chmodSync(state, 0o711);
  cable = await layCable("10.9.0.1/24");
  const client = (...argv: string[]) => cable.run("client", argv);
  const serve = ["serve", "--port", "7623", "--segment", "eth1", "--pool", `${ITS}-10.9.0.59`];
  const env = { ...process.env, RACKHAND_STATE: state };
  service = await cable.start("server", [process.execPath, MAIN, ...serve], "answers on eth1", env);
  for (const stream of [service.stdout!, service.stderr!])
    stream.on("data", (piece) => {
      said += piece;
    });
  const preseed = join(state, "preseed.cfg");
  writeFileSync(preseed, `d-i passwd/root-password-crypted password ${SECRETS.hash}\n# ${SECRETS.key}\n`);
  await rackhand(["machine", "add", "web1", "--mac", MACHINE, "--bmc", "192.0.2.7"]);
  await rackhand(["boot", "web1", "installer", "--preseed", preseed]);
  rmSync(preseed);
  await client("ip", "link", "set", "c0", "address", MACHINE);
  await client("udhcpc", "-i", "c0", "-f", "-n", "-q", "-t", "5", "-T", "1", "-s", "/bin/true");
  for (const address of [ITS, ELSEWHERE]) await client("ip", "addr", "add", `${address}/24`, "dev", "c0");
}, 90_000);
afterAll(async () => {
  if (process.getuid?.() !== 0) return;
  await ended(service);
  await cable.close();
  rmSync(state, { recursive: true });
}, 60_000);

const rackhand = (args: readonly string[]) =>
  cable.run("server", [process.execPath, MAIN, ...args], {
    ...{ ...process.env, RACKHAND_STATE: state, IPMI_PASSWORD: SECRETS.bmc },
  });

/** What one who has this address gets of each URL: status and body. */
async function fetched(urls: readonly string[], from: string): Promise<{ found: number; text: string }> {
  const out = mkdtempSync(join(state, "got-"));
  const config = join(out, "urls");
  writeFileSync(config, urls.map((url, i) => `url = "${url}"\noutput = "${join(out, `${i}`)}"\n`).join(""));
  const curl = [
    "curl",
    "-s",
    "--path-as-is",
    "--fail",
    "--max-time",
    "20",
    "--interface",
    from,
    "-K",
    config,
  ];
  await cable.run("client", curl);
  rmSync(config);
  const texts = readdirSync(out).map((name) => readFileSync(join(out, name), "latin1"));
  rmSync(out, { recursive: true });
  return { found: texts.length, text: texts.join("\n") };
}

const paths = (): string[] => [
  ...readdirSync(TREE, { recursive: true, encoding: "utf8" }).filter((path) => {
    const found = existsSync(join(TREE, path)) ? statSync(join(TREE, path)) : undefined;
    return found?.isFile() && found.size < SMALL;
  }),
  ...["menu.ipxe", `pxelinux.cfg/01-${MACHINE.replaceAll(":", "-")}`, "pxelinux.cfg/0A090032", "preseed.cfg"],
  ...["private/", "private/preseed.cfg", "private//preseed.cfg", `private/${"0".repeat(32)}/preseed.cfg`],
  ...["image.json", "secret.key", "service.json", "../secret.key", "..%2f..%2fsecret.key", "api/machines"],
];
const hits = (text: string, secrets: readonly string[]) => secrets.filter((secret) => text.includes(secret));
const all = () => [...Object.values(SECRETS), token];

asRoot(
  "the machine's own menu names a token; nobody else's does, and nothing that is served holds a secret",
  async () => {
    const http = paths().map((path) => `http://10.9.0.1/${path}`);
    const tftp = paths().map((path) => `tftp://10.9.0.1/${path.replace(/^private\/\/?/, "private/")}`);
    const own = await fetched(["http://10.9.0.1/menu.ipxe"], ITS);
    token = /url=http:\/\/10\.9\.0\.1\/private\/([0-9a-f]{32})\/preseed\.cfg /.exec(own.text)![1]!;

    const others = [await fetched(http, ELSEWHERE), await fetched(tftp, ELSEWHERE)];
    const its = [await fetched(http, ITS), await fetched(tftp, ITS)];

    for (const { found, text } of others) {
      expect(found).toBeGreaterThan(20);
      expect(hits(text, all())).toEqual([]);
    }
    for (const { text } of its) expect(hits(text, Object.values(SECRETS))).toEqual([]);
  },
  120_000,
);

asRoot(
  "the token is good for its machine, once; every other try is told of",
  async () => {
    const url = `http://10.9.0.1/private/${token}/preseed.cfg`;

    const tries = [
      await fetched([url], ELSEWHERE),
      await fetched([url.replace(token, token.toUpperCase())], ITS),
      await fetched([url], ITS),
      await fetched([url], ITS),
    ];

    expect(tries.map(({ text }) => hits(text, [SECRETS.hash, SECRETS.key]).length)).toEqual([0, 0, 2, 0]);
    const events = async () =>
      JSON.parse((await rackhand(["machine", "show", "web1", "--json"])).said).events;
    await expect.poll(events, { timeout: 20_000 }).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          says: expect.stringContaining("it belongs to web1, and a stranger asked"),
        }),
        expect.objectContaining({ kind: "private.served" }),
        expect.objectContaining({ says: expect.stringContaining("it was fetched before") }),
      ]),
    );
  },
  60_000,
);

asRoot(
  "the API, the timeline, the log and what is on disk hold neither secret nor token",
  async () => {
    const rows = Object.values(API).filter(({ verb }) => verb === "GET");
    const urls = [...rows.map(({ path }) => path.replace(":name", "web1")), "/openapi.json", "/"];
    const asked = urls.map((path) => `http://127.0.0.1:7623${path}`);

    const api = await cable.run("server", ["curl", "-s", "--max-time", "20", ...asked]);

    expect(api.said).toContain('"web1"');
    expect(api.said).toContain(`private/${token.slice(0, 8)}…`); // it was told of, in part
    expect(hits(api.said, all())).toEqual([]);
    expect(hits(said, all())).toEqual([]);
    const places = async (words: readonly string[]) => {
      const grep = ["-rlaF", ...words.flatMap((word) => ["-e", word]), state];
      return String((await promisify(execFile)("grep", grep).catch((error) => error)).stdout);
    };
    expect(await places([MACHINE])).toContain("/postgresql/"); // the scan finds what stands there
    expect(await places(all())).toBe(""); // what is secret is sealed
  },
  60_000,
);
