import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

type Json = Record<string, unknown>;
export type Trouble = {
  revertsBoot?: boolean; // answers 200 and keeps what was
  revertsLater?: boolean; // shows it once, then what was
  refusesButSets?: boolean; // answers 400 and does it
  ignoresShutdown?: boolean;
  takesAny?: boolean; // password
  pausesOnceMs?: number; // before the next answer
  answers?: (request: IncomingMessage, response: ServerResponse) => boolean; // true: it answered
};
export type Board = {
  readonly port: number;
  readonly trouble: Trouble;
  readonly heard: readonly { method: string; path: string; authorization: boolean }[];
  readonly chassis: { isOn: boolean; starts: number };
  resource(path: string): Json;
  endSessions(): void;
  newCertificate(): Promise<void>;
  stop(): Promise<void>;
};

/** A BMC made of a recording: what it was recorded to answer, and the state behind it. */
export async function startRedfish(recording: string, passwords: Record<string, string>): Promise<Board> {
  const { resources } = JSON.parse(readFileSync(`captures/redfish/${recording}.json`, "utf8")) as {
    resources: Record<string, Json>;
  };
  const behind = new Behind(resources, passwords);
  const server = createServer(
    makeCertificate(),
    (request, response) => void behind.answer(request, response),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    trouble: behind.trouble,
    heard: behind.heard,
    chassis: behind.chassis,
    resource: (path) => resources[path]!,
    endSessions: () => behind.tokens.clear(),
    newCertificate: async () => {
      server.setSecureContext(makeCertificate());
      server.closeAllConnections();
    },
    stop: () => stop(server),
  };
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}

/** Self-signed, as a BMC's is; openssl is in every Debian that has TLS. */
export function makeCertificate(): { key: string; cert: string } {
  const place = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, cert] = [join(place, "key"), join(place, "cert")];
  const subject = ["-subj", "/CN=bmc", "-days", "2"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", cert], {
    stdio: "pipe",
  });
  const made = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  rmSync(place, { recursive: true });
  return made;
}

class Behind {
  readonly trouble: Trouble = {};
  readonly heard: { method: string; path: string; authorization: boolean }[] = [];
  readonly chassis = { isOn: false, starts: 0 };
  readonly tokens = new Set<string>();
  readonly #resources: Record<string, Json>;
  readonly #passwords: Record<string, string>;
  readonly #system: Json;
  #showOnce: Json | undefined;

  constructor(resources: Record<string, Json>, passwords: Record<string, string>) {
    this.#resources = resources;
    this.#passwords = passwords;
    this.#system = Object.entries(resources).find(([, body]) => "PowerState" in body)![1];
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "" } = request;
    const authorization = request.headers.authorization !== undefined || "x-auth-token" in request.headers;
    this.heard.push({ method, path, authorization });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pausesOnceMs } = this.trouble;
    delete this.trouble.pausesOnceMs;
    if (pausesOnceMs !== undefined) await pause(pausesOnceMs);
    if (this.trouble.answers?.(request, response)) return;
    const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Json);
    const say = (status: number, said?: Json, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { "Content-Type": "application/json", ...headers })
        .end(JSON.stringify(said));
    if (method === "POST" && path.endsWith("/Sessions")) return void this.#enter(body, say);
    if (path !== "/redfish/v1/" && !this.#knows(request)) return void say(401, failure("no session"));
    if (method === "GET") return void this.#show(path, say);
    if (method === "DELETE") return void say(204);
    if (method === "PATCH") return void this.#patch(path, body, request, say);
    return void this.#do(path, body, say);
  }

  #enter({ UserName, Password }: Json, say: Say): void {
    if (!this.trouble.takesAny && this.#passwords[UserName as string] !== Password)
      return void say(401, failure("wrong"));
    const token = randomBytes(8).toString("hex");
    this.tokens.add(token);
    say(201, {}, { "X-Auth-Token": token, Location: `/redfish/v1/SessionService/Sessions/${token}` });
  }

  #knows({ headers }: IncomingMessage): boolean {
    if (this.tokens.has(headers["x-auth-token"] as string)) return true;
    const [user, password] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
      .toString()
      .split(":");
    return password !== undefined && this.#passwords[user!] === password;
  }

  #show(path: string, say: Say): void {
    const found = this.#resources[path];
    if (found === undefined) return void say(404, failure("there is no such resource"));
    const isSystem = found === this.#system;
    if (!isSystem) return void say(200, found);
    const shown = {
      ...found,
      PowerState: this.chassis.isOn ? "On" : "Off",
      Boot: this.#showOnce ?? found.Boot,
    };
    this.#showOnce = undefined;
    say(200, shown, { ETag: this.#etag() });
  }

  #etag = () => `"${Buffer.from(JSON.stringify(this.#system.Boot)).toString("base64").slice(-24)}"`;

  #patch(path: string, body: Json, { headers }: IncomingMessage, say: Say): void {
    const found = this.#resources[path];
    if (found === undefined) return void say(404, failure("there is no such resource"));
    if (typeof body.Password === "string") this.#passwords[found.UserName as string] = body.Password;
    if (body.Boot === undefined) return void say(200, {});
    if (headers["if-match"] !== this.#etag()) return void say(412, failure("If-Match is not the ETag"));
    const wanted = { ...(found.Boot as Json), ...(body.Boot as Json) };
    if (this.trouble.revertsLater) this.#showOnce = wanted;
    else if (!this.trouble.revertsBoot) found.Boot = wanted;
    if (this.trouble.refusesButSets) return void say(400, failure("the job was not created"));
    say(200, { Success: { code: "Base.1.10.3.Success", message: "Successfully Completed Request." } });
  }

  #do(path: string, body: Json, say: Say): void {
    if (path.endsWith("/ComputerSystem.Reset")) this.#reset(body.ResetType as string);
    const drive = this.#resources[path.replace(/\/Actions\/.*/, "")]!;
    if (path.endsWith("InsertMedia")) Object.assign(drive, { Image: body.Image, Inserted: true });
    if (path.endsWith("EjectMedia")) Object.assign(drive, { Image: null, Inserted: false });
    say(204);
  }

  #reset(type: string): void {
    const goesOff = ["ForceOff", "PowerCycle", "ForceRestart"].includes(type);
    if (goesOff || (type === "GracefulShutdown" && !this.trouble.ignoresShutdown)) this.chassis.isOn = false;
    if (type === "ForceOff" || type === "GracefulShutdown") return;
    if (!this.chassis.isOn) this.#start();
  }

  #start(): void {
    this.chassis.isOn = true;
    this.chassis.starts += 1;
    const boot = this.#system.Boot as Json;
    const over = { BootSourceOverrideEnabled: "Disabled", BootSourceOverrideTarget: "None" };
    if (boot.BootSourceOverrideEnabled === "Once") this.#system.Boot = { ...boot, ...over };
  }
}

type Say = (status: number, said?: Json, headers?: Record<string, string>) => unknown;
export const failure = (message: string): Json => ({
  error: { code: "Base.1.8.GeneralError", message, "@Message.ExtendedInfo": [{ Message: message }] },
});
