import type { Start } from "../process/program.ts";
import type { BmcAddress, Upkeep } from "./bmc.ts";
import {
  aboutUsers,
  cipherZero,
  defaultPassword,
  type Finding,
  isDefault,
  loginsToTry,
  shortPassword,
} from "./core/findings.ts";
import {
  readController,
  readLog,
  readParts,
  readSensors,
  readSolInfo,
  readUsers,
} from "./core/ipmitool-lists.ts";
import { type Ask, type CipherSuite, call, callOf } from "./ipmitool-call.ts";
import { refused, understood } from "./refusals.ts";

type Needs = { readonly at: BmcAddress; readonly start: Start; readonly ask: Ask };
const NEWEST = "200"; // log entries

/** What is asked of a BMC besides power and console. */
export function upkeep({ at, start, ask }: Needs): Upkeep {
  const users = async (signal?: AbortSignal) =>
    readUsers(await ask({ ...LIST, words: ["-c", "user", "list"], act: "user list" }, signal));
  return {
    consoleOffer: async (signal) => {
      const sol = understood(at, "sol info", readSolInfo(await ask(SOL_INFO, signal)));
      const { isOn, port, baud } = sol;
      return { ways: [{ by: "IPMI", isOn, ...(port && { port }) }], ...(baud && { baud }) };
    },
    sensors: async (signal) =>
      readSensors(await ask({ words: ["sdr", "elist"], ...LIST, act: "sensors" }, signal)),
    log: async (signal) =>
      readLog(await ask({ words: ["sel", "elist", "last", NEWEST], ...LIST, act: "log" }, signal)),
    // the first alone: each further one may cost a minute, and the board's names stand in the first
    parts: async (signal) =>
      readParts(await ask({ words: ["fru", "print", "0"], ...LIST, act: "parts" }, signal)),
    controller: async (signal) =>
      understood(at, "mc info", readController(await ask({ words: ["mc", "info"], act: "mc info" }, signal))),
    users,
    setPassword: async (user, password, signal) => {
      if (!SAFE.test(password)) throw refused(at, "password", "it must have 1 to 20 letters and digits");
      const act = `password of ${user}`;
      const id = (await users(signal)).find(({ name }) => name === user)?.id;
      if (id === undefined) throw refused(at, act, "the BMC knows no such user");
      // by its standard input: words stand where every user of this host reads them
      const typed = `user set password ${id} ${password} ${password.length > 16 ? 20 : 16}\nexit\n`;
      const said = await ask({ words: ["shell"], act, typed }, signal);
      // its exit status is 0 whatever happened, and what it prints has the password in it
      if (!said.includes("Set User Password command successful")) throw refused(at, act, "it was not set");
    },
    findings: async (signal) => {
      const there = await users(signal);
      const open: Finding[] = [];
      if (await getsIn({ at: { ...at, password: "not the password" }, start }, 0, signal))
        open.push(cipherZero());
      if (isDefault(at.user, at.password)) open.push(defaultPassword(at.user));
      for (const login of loginsToTry(there, at.user)) {
        if (await getsIn({ at: { ...at, ...login }, start }, 3, signal))
          open.push(defaultPassword(login.user));
      }
      const short = shortPassword(at.password);
      return [...open, ...(short === undefined ? [] : [short]), ...aboutUsers(there, at.user)];
    },
  };
}

const LIST = { isList: true } as const;
const SOL_INFO = { words: ["sol", "info"], act: "sol info" };
/** What needs no quoting in ipmitool's own language, which reads quotes otherwise than a shell. */
const SAFE = /^[A-Za-z0-9]{1,20}$/;

async function getsIn(who: { at: BmcAddress; start: Start }, suite: CipherSuite, signal?: AbortSignal) {
  const argv = callOf(who.at, suite, ["-N", "1", "-R", "1", "mc", "info"]);
  const said = await call({ ...who, argv }, signal);
  return said.trouble === undefined && readController(said.out).ok;
}
