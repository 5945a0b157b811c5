import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import type { Image, Inventory, Machine, Plan, Preflight, TimelineEvent } from "../../src/api/shapes.ts";
import { type Answer, API, type CallName, type Frame } from "../../src/api/table.ts";
import { Fault } from "../../src/base/fault.ts";
import { bmcTells } from "./pretend-bmc-words.ts";
import { type PretendConsole, pretendConsole } from "./pretend-console.ts";
import { type PretendRecording, recordingAnswers } from "./pretend-recordings.ts";

/** A service without machines behind it: the table of the API answered from memory, every question kept. */
export type PretendService = {
  readonly url: string;
  readonly asked: { readonly row: string; readonly question: Record<string, unknown> }[];
  readonly console: (machine: string) => PretendConsole;
  readonly machine: (machine: Machine) => void; // put on record, or changed
  readonly forget: (machine: string) => void;
  readonly event: (event: Omit<TimelineEvent, "id"> & { id?: number }) => TimelineEvent;
  readonly failNext: (fault: Fault) => void;
  readonly looksBefore: (preflight: Omit<Preflight, "image">) => void;
  readonly saysWhy: (answer: Answer<"why">) => void;
  readonly discovers: (all: Answer<"discover">["discovered"]) => void;
  readonly images: Answer<"listImages">["images"];
  readonly segments: Answer<"showSegment">[];
  readonly stories: Answer<"listStories">["stories"];
  readonly bisections: Answer<"showBisection">[];
  readonly benches: Answer<"showBench">[];
  readonly recordings: PretendRecording[];
  readonly inventories: Map<string, Inventory>;
  readonly checks: { list: Answer<"listChecks">; readonly hosts: Answer<"showChecks">[] };
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
};

/** As src/serve/loopback.ts sends it. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export async function pretendService(web: string): Promise<PretendService> {
  const machines = new Map<string, Machine>();
  const consoles = new Map<string, PretendConsole>();
  const events: TimelineEvent[] = [];
  const watchers = new Set<WebSocket>();
  const asked: PretendService["asked"] = [];
  const images: Image[] = [pretendImage("debian-12", "12", "bookworm", "6.1.0-28-amd64")];
  const segments: PretendService["segments"] = [];
  const stories: PretendService["stories"] = [];
  const bisections: PretendService["bisections"] = [];
  const benches: PretendService["benches"] = [];
  const recordings: PretendRecording[] = [];
  const inventories: PretendService["inventories"] = new Map();
  const checks: PretendService["checks"] = { list: { hosts: [], rows: [], schedules: [] }, hosts: [] };
  const failures: Fault[] = [];
  let server: Server | undefined;

  const consoleOf = (name: string): PretendConsole => {
    const known = consoles.get(name) ?? pretendConsole();
    consoles.set(name, known);
    return known;
  };
  const publish = (frame: Frame<"watch">) => {
    for (const watcher of watchers) watcher.send(JSON.stringify(frame));
  };
  const machine = (changed: Machine) => {
    machines.set(changed.name, changed);
    publish({ is: "machine", machine: changed });
  };
  const found = (name: unknown): Machine => {
    const known = machines.get(String(name));
    if (known === undefined) throw new Fault("machine.unknown", { name: String(name) });
    return known;
  };

  const begun = (kind: string, { name, ...subject }: Record<string, unknown>) => {
    const story = {
      ...{ id: 20 + stories.length, kind, machine: found(name).name, subject, by: "the page" },
      ...{ at: Date.now(), state: "open" as const, says: "not begun", endedAt: null, entries: [] },
    };
    stories.unshift(story);
    return story;
  };
  let bootFound: Answer<"readBootDevice"> = { device: "none", lasts: "once", efi: null };
  let looks = (): Omit<Preflight, "image"> => ({
    overall: "pass",
    findings: [{ id: "bmc", is: "pass", says: "The BMC answers." }],
  });

  /** Only what the page asks. */
  let why: Answer<"why"> = { says: null, evidence: [] };
  let discovered: Answer<"discover">["discovered"] = [];
  const answers: { readonly [N in CallName]?: (question: Record<string, unknown>) => Answer<N> } = {
    listImages: () => ({ images }),
    listSegments: () => ({ segments: segments.map(({ segment }) => segment) }),
    showSegment: ({ name }) => segments.find(({ segment }) => segment.name === name)!,
    listStories: () => ({ stories }),
    listChecks: ({ machine: name }) => {
      const hosts = checks.list.hosts.filter((one) => name === undefined || one.machine === name);
      return { ...checks.list, hosts };
    },
    showChecks: ({ host: name }) => {
      const one = checks.hosts.find(({ host }) => host.host === name);
      if (one === undefined) throw new Fault("check.not-kept", { host: String(name) });
      return one;
    },
    listBisections: () => ({ bisections: bisections.map(({ bisection }) => bisection) }),
    listBenches: () => ({ runs: benches.map(({ run }) => run) }),
    showBench: ({ run: id }) => benches.find(({ run }) => run.id === id)!,
    bisectionReport: ({ name }) => ({
      html: `<h1>${name}</h1>`,
      markdown: `# ${name}`,
      log: "git bisect start",
    }),
    showBisection: ({ name }) => bisections.find(({ bisection }) => bisection.name === name)!,
    showStory: ({ id }) => {
      const story = stories.find((one) => one.id === Number(id));
      if (story === undefined) throw new Fault("story.unknown", { id: String(id) });
      return story;
    },
    cancelStory: ({ id }) => {
      const at = stories.findIndex((one) => one.id === Number(id));
      const says = "the page cancelled it";
      stories[at] = { ...stories[at]!, state: "cancelled", says, endedAt: Date.now() };
      return { says };
    },
    retryStory: ({ id }) => {
      const before = stories.find((one) => one.id === Number(id))!;
      const again = { ...before, id: 13, at: Date.now(), state: "open" as const, endedAt: null };
      stories.unshift(again);
      return again;
    },
    installChoices: () => ({
      methods: [
        { method: "installer", images: images.map(({ name }) => name), usual: "debian-12" },
        { method: "imaged", images: ["debian-13"], usual: "debian-13" },
      ],
      profiles: ["web"],
      recipes: [
        { name: "plain", disks: 1 },
        { name: "raid1-lvm", disks: 2 },
      ],
    }),
    preflight: ({ image }) => ({ ...looks(), image: String(image) }),
    install: (wish) => begun("install", wish),
    rescue: (wish) => begun("rescue", wish),
    wipe: (wish) => begun("wipe", wish),
    machineInventory: ({ name }) => ({ inventory: inventories.get(found(name).name) ?? null }),
    readBmc: ({ about }) => ({
      speaks: "ipmitool",
      [String(about)]: bmcTells[about as keyof typeof bmcTells],
    }),
    readBootDevice: () => bootFound,
    setBootDevice: ({ device, lasts, uri }) => {
      bootFound = API.setBootDevice.gives.parse({ device, lasts, uri, efi: null });
      return bootFound;
    },
    setMedia: ({ url }) => ({ says: url === null ? "The disc is out." : `The disc is ${url}.` }),
    secure: ({ name }) => ({ says: `The BMC of ${name} has a new password.` }),
    setMachine: ({ name, ...change }) => {
      machine({ ...found(name), ...(change as Partial<Machine>) });
      return found(name);
    },
    setBmc: ({ name, trustAnew: _, password: __, ...change }) => {
      const bmc = { port: 623, ...found(name).bmc, ...change } as NonNullable<Machine["bmc"]>;
      machine({ ...found(name), bmc });
      return found(name);
    },
    labelMachine: ({ name, set, drop }) => {
      const kept = Object.entries({ ...found(name).labels, ...(set as object) });
      const labels = Object.fromEntries(kept.filter(([key]) => !(drop as string[]).includes(key)));
      machine({ ...found(name), labels });
      return found(name);
    },
    removeMachine: ({ name }) => {
      found(name);
      machines.delete(String(name));
      publish({ is: "gone", name: String(name) });
      return { says: `${name} is off the record.` };
    },
    addMachine: ({ name, mac, segment }) => {
      discovered = discovered.filter((one) => one.mac !== mac);
      machine(
        pretendMachine({ name: String(name), macs: [String(mac)], segment: String(segment), bmc: null }),
      );
      return found(name);
    },
    forgetDiscovered: ({ mac }) => {
      discovered = discovered.filter((one) => one.mac !== mac);
      return { says: "forgotten" };
    },
    checkImage: ({ name }) => {
      const check = { at: Date.now(), overall: "pass" as const, findings: [] };
      const at = images.findIndex((image) => image.name === name);
      images[at] = { ...images[at]!, check };
      return check;
    },
    ...recordingAnswers(recordings),
    why: () => why,
    discover: () => ({ discovered }),
    timeline: ({ name, after, before, limit }) => {
      const mine = events.filter((e) => e.machine === name);
      if (after !== undefined)
        return { events: mine.filter(({ id }) => id > Number(after)).slice(0, Number(limit)), folded: [] };
      const older = mine.filter(({ id }) => before === undefined || id < Number(before));
      return { events: older.slice(-Number(limit)), folded: [] };
    },
    armPlan: ({ name, plan, image, now }) => {
      const by = "somebody on the page";
      const state = now ? "used" : "armed";
      const kind = plan as Plan["kind"];
      const armed: Plan = { id: 1, kind, image: String(image), state, by, at: Date.now() };
      machine({ ...found(name), plan: armed });
      return found(name);
    },
    setPower: ({ name, act }) => {
      const power = act === "off" || act === "soft" ? ("off" as const) : ("on" as const);
      machine({ ...found(name), power });
      return { power };
    },
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
    if (!pathname.startsWith("/api/")) return sendFile(web, pathname, response);
    const [row, names] = rowFor(request.method ?? "", pathname);
    const body = request.method === "POST" ? JSON.parse(await text(request)) : {};
    const question = { ...names, ...Object.fromEntries(searchParams), ...body };
    asked.push({ row, question });
    try {
      const failing =
        row === "listImages" || row === "timeline" || row === "installChoices" ? undefined : failures.shift();
      if (failing) throw failing;
      const given = answers[row as CallName]?.(API[row as CallName].takes.parse(question));
      if (given === undefined) throw new Fault("service.failed", { why: `${row} is not pretended` });
      send(response, 200, given);
    } catch (error) {
      const { id, says, remedy } = error as Fault;
      send(response, 409, { id, says, remedy });
    }
  };

  const open = async (port: number) => {
    const opened = createServer((request, response) => void answer(request, response));
    const sockets = new WebSocketServer({ server: opened });
    sockets.on("connection", (socket, request) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://page");
      const [row, { name }] = rowFor("STREAM", pathname);
      if (row === "console") return consoleOf(name!).join(socket, searchParams.get("who") ?? "somebody");
      watchers.add(socket);
      socket.on("close", () => watchers.delete(socket));
      socket.send(
        JSON.stringify({ is: "machines", machines: [...machines.values()] } satisfies Frame<"watch">),
      );
    });
    await new Promise<void>((listening) => opened.listen(port, "127.0.0.1", listening));
    server = opened;
    return (opened.address() as AddressInfo).port;
  };
  const port = await open(0);

  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    images,
    segments,
    stories,
    bisections,
    benches,
    recordings,
    inventories,
    checks,
    machine,
    console: consoleOf,
    forget: (name) => {
      machines.delete(name);
      publish({ is: "gone", name });
    },
    event: (given) => {
      const event = { id: (events.at(-1)?.id ?? 0) + 1, ...given };
      events.push(event);
      publish({ is: "event", event });
      return event;
    },
    looksBefore: (preflight) => {
      looks = () => preflight;
    },
    saysWhy: (answer) => {
      why = answer;
    },
    discovers: (all) => {
      discovered = all;
    },
    failNext: (fault) => failures.push(fault),
    goAway: async () => {
      const closing = server;
      server = undefined;
      for (const watcher of watchers) watcher.terminate();
      for (const console of consoles.values()) console.hangUp();
      closing?.closeAllConnections();
      await new Promise((closed) => (closing ? closing.close(closed) : closed(undefined)));
    },
    comeBack: async () => {
      await open(port);
    },
  };
}

/** Which row a request is for, by the table's own paths. */
function rowFor(verb: string, path: string): [string, Record<string, string>] {
  for (const [name, row] of Object.entries(API)) {
    const pattern = new RegExp(`^${row.path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
    const match = row.verb === verb ? pattern.exec(path) : null;
    if (match === null) continue;
    const named = Object.entries(match.groups ?? {}).map(([hole, value]) => [
      hole,
      decodeURIComponent(value),
    ]);
    return [name, Object.fromEntries(named)];
  }
  throw new Error(`no row of the table answers ${verb} ${path}`);
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendFile(web: string, path: string, response: ServerResponse): void {
  const file = extname(path) === "" ? "/index.html" : path;
  const headers = { "content-type": TYPES[extname(file)] ?? "text/plain", "content-security-policy": POLICY };
  response.writeHead(200, headers).end(readFileSync(join(web, file)));
}

/** A machine as the table gives it, ready to be acted on. */
export const pretendMachine = (over: Partial<Machine> = {}): Machine => ({
  name: "m1",
  macs: ["52:54:00:12:34:56"],
  firmware: "bios",
  serial: "ttyS0,115200n8",
  redirected: false,
  loader: "auto",
  segment: "rack",
  attended: true,
  bmc: { address: "10.77.0.2", port: 623, user: "admin" },
  plan: null,
  ways: [],
  labels: {},
  declared: null,
  power: "on",
  console: { is: "attached", writer: null, because: null },
  state: { word: "installer", since: Date.now() - 240_000, waits: 'an answer to "Select a language"' },
  ...over,
});

export const pretendImage = (name: string, release: string, suite: string, kernelRelease: string) => ({
  name,
  release,
  kind: "installer" as const,
  suite,
  arch: "amd64",
  build: "20230607+deb12u12",
  kernelRelease,
  root: `/usr/lib/debian-installer/images/${release}/amd64/text`,
  loaders: { of: "debian-13", grub: "2.12-9+deb13u2" },
  check: null,
});
