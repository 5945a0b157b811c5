import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../src/base/fault.ts";
import { filePins, forgetPins } from "../../src/bmc/pins.ts";
import { redfish } from "../../src/bmc/redfish.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { type Board, failure, makeCertificate, startRedfish, stop } from "../support/redfish-server.ts";

/** A hostile or broken Redfish: security list E of the project's threat model. */
const LOGIN = { user: "ADMIN", password: "canary-Sixteen8letters" };
const SYSTEM = "/redfish/v1/Systems/1";
let place: string;
let board: Board;
let closing: (() => Promise<void>)[];

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), "pins-"));
  board = await startRedfish("supermicro-as-1015cs", { [LOGIN.user]: LOGIN.password });
  closing = [() => board.stop()];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(place, { recursive: true });
});

function driver(change: { answersWithinMs?: number } = {}) {
  const at = { machine: "m1", address: "127.0.0.1", port: board.port, ...LOGIN };
  const bmc = redfish(at, { pins: filePins(place), clock: hastyClock(), ...change });
  closing.push(() => bmc.close());
  return bmc;
}

/** Another host, that only counts what comes to it. */
async function elsewhere() {
  const asked: string[] = [];
  const server: Server = createServer(makeCertificate(), (request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => stop(server));
  return { asked, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const faultOf = async (asked: Promise<unknown>): Promise<Fault> =>
  asked.then(
    () => {
      throw new Error("no fault");
    },
    (thrown) => thrown as Fault,
  );

test("a redirect to another host is told and not followed", async () => {
  const other = await elsewhere();
  board.trouble.answers = ({ url }, response) => {
    if (url !== "/redfish/v1/Systems") return false;
    response.writeHead(307, { Location: `${other.url}/redfish/v1/Systems` }).end();
    return true;
  };

  const fault = await faultOf(driver().power());

  expect(fault).toMatchObject({ id: "bmc.failed" });
  expect(fault.says).toContain("redirects");
  expect(other.asked).toEqual([]);
});

const LURES = [
  "https://192.0.2.1/redfish/v1/Systems/1",
  "//192.0.2.1/x",
  "/redfish/../../etc",
  "/a\\b",
  "/a b",
];
test.each(LURES)("a link to %s is not followed", async (lure) => {
  board.resource("/redfish/v1/Systems").Members = [{ "@odata.id": lure }];

  const fault = await faultOf(driver().power());

  expect(fault).toMatchObject({ id: "bmc.failed" });
  expect(fault.says).toContain("points elsewhere");
});

test("an action's target elsewhere gets no POST", async () => {
  const reset = board.resource(SYSTEM).Actions as Record<string, { target: string }>;
  reset["#ComputerSystem.Reset"]!.target = "https://192.0.2.1/reset";

  expect(await faultOf(driver().act("on"))).toMatchObject({ id: "bmc.failed" });
  expect(board.heard.filter(({ method, path }) => method === "POST" && !path.endsWith("/Sessions"))).toEqual(
    [],
  );
});

test("an endless body is cut off at 4 MiB", async () => {
  let sent = 0;
  board.trouble.answers = ({ url }, response) => {
    if (url !== SYSTEM) return false;
    const more = () => {
      while (sent < 2 ** 30 && !response.destroyed) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536, 32))) return void response.once("drain", more);
      }
    };
    more();
    return true;
  };

  const fault = await faultOf(driver().power());

  expect(fault.says).toContain("longer than 4 MiB");
  expect(sent).toBeLessThan(64 * 2 ** 20); // what was under way in buffers, not the gigabyte
});

test.each(["", "<html>no</html>", "{", "[]", "null", '{"PowerState":7}', '"\u0000"'])(
  "garbage for an answer (%j) is a fault, not a state",
  async (garbage) => {
    board.trouble.answers = ({ url }, response) => {
      if (url !== SYSTEM) return false;
      response.end(garbage);
      return true;
    };

    expect(await faultOf(driver().power())).toMatchObject({ id: "bmc.failed" });
  },
);

test("a compressed answer is refused unread", async () => {
  board.trouble.answers = ({ url }, response) => {
    if (url !== SYSTEM) return false;
    response.writeHead(200, { "Content-Encoding": "gzip" }).end(Buffer.from([0x1f, 0x8b]));
    return true;
  };

  expect((await faultOf(driver().power())).says).toContain("encoded as gzip");
});

test("an answer that never comes, and one that drips for ever, end in time", async () => {
  for (const drips of [false, true]) {
    board.trouble.answers = ({ url }, response) => {
      if (url !== SYSTEM) return false;
      if (!drips) return true;
      const drip = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(drip));
      return true;
    };

    expect((await faultOf(driver({ answersWithinMs: 300 }).power())).says).toContain("within 0.3 s");
  }
});

test("who gives up waits no longer", async () => {
  board.trouble.answers = ({ url }) => url === SYSTEM;
  const giveUp = new AbortController();

  const asked = driver().power(giveUp.signal);
  await expect.poll(() => board.heard.some(({ path }) => path === SYSTEM)).toBe(true);
  giveUp.abort(new Error("given up"));

  await expect(asked).rejects.toThrow("given up");
});

test("another certificate than the first is refused before a byte is sent, until a person says so", async () => {
  await driver().power();
  await board.newCertificate();
  const before = board.heard.length;

  const fault = await faultOf(driver().power());

  expect(fault).toMatchObject({ id: "bmc.changed" });
  expect(board.heard).toHaveLength(before);
  await forgetPins(place, "m1");
  expect(await driver().power()).toBe("off");
});

test("a session that was lost is opened anew, once; a refusal after that is a refusal", async () => {
  const bmc = driver();
  await bmc.power();
  board.endSessions();

  expect(await bmc.power()).toBe("off");

  board.trouble.answers = ({ url }, response) => {
    if (url !== SYSTEM) return false;
    response.writeHead(401).end();
    return true;
  };
  expect(await faultOf(bmc.power())).toMatchObject({ id: "bmc.login-refused" });
});

test("the session is given back at the end", async () => {
  const bmc = driver();
  await bmc.power();

  await bmc.close();

  expect(board.heard.at(-1)).toMatchObject({ method: "DELETE" });
});

test("what a BMC says in an error is shown without its escapes, and without our password", async () => {
  board.trouble.answers = ({ url }, response) => {
    if (url !== SYSTEM) return false;
    response.writeHead(500).end(JSON.stringify(failure("\u001b]0;title\u0007 sorry")));
    return true;
  };

  const fault = await faultOf(driver().power());

  expect(fault.says).toMatch(/answers 500: \\x1b\]0;title\\x07 sorry/);
  expect(`${fault.stack}${JSON.stringify(fault)}`).not.toContain(LOGIN.password);
});

test("a boot device that is shown once and then reverted has not been set", async () => {
  board.trouble.revertsLater = true;

  expect(await faultOf(driver().bootOnce("pxe", { efi: true }))).toMatchObject({ id: "bmc.not-confirmed" });
});

test("a refusal of what was done all the same is no failure", async () => {
  board.trouble.refusesButSets = true;

  await driver().bootOnce("pxe", { efi: true });

  expect(board.resource(SYSTEM).Boot).toMatchObject({ BootSourceOverrideTarget: "Pxe" });
});

test("a host that speaks no TLS is unreachable, and hears nothing of ours", async () => {
  const heard: Buffer[] = [];
  const mute = createTcp((socket) => {
    socket.on("data", (bytes) => heard.push(bytes));
    socket.on("error", () => {});
    socket.end("SSH-2.0-no\r\n");
  }).listen(0, "127.0.0.1");
  await once(mute, "listening");
  const at = { machine: "m1", address: "127.0.0.1", port: (mute.address() as AddressInfo).port, ...LOGIN };
  const bmc = redfish(at, { pins: filePins(place), clock: hastyClock() });

  expect(await faultOf(bmc.power())).toMatchObject({ id: "bmc.unreachable" });

  expect(Buffer.concat(heard).toString("latin1")).not.toContain(LOGIN.user);
  await bmc.close();
  mute.close();
});

test("a BMC that takes any password is found to, instead of one finding for each that is known", async () => {
  board.trouble.takesAny = true;

  expect((await driver().findings()).map(({ id }) => id)).toEqual(["any-password"]);
});
