import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe } from "vitest";
import { filePins } from "../../src/bmc/pins.ts";
import { redfish } from "../../src/bmc/redfish.ts";
import { everyProcess } from "../interop/processes.ts";
import { hastyClock } from "../support/hasty-clock.ts";
import { type Board, startRedfish } from "../support/redfish-server.ts";
import { type Bench, bmcConformance, PROMISES } from "./bmc.ts";
import { UPKEEP } from "./promises-of-upkeep.ts";

const LOGIN = { user: "ADMIN", password: "Sixteen8letters0" };
const WORDS: Readonly<Record<string, string>> = { Pxe: "pxe", Hdd: "disk", None: "none" };

describe.each(["supermicro-as-1015cs", "dell-r6515"])("%s", (recording) => {
  let place: string;
  let board: Board;
  let opened: { close(): Promise<void> }[];

  beforeEach(async () => {
    place = mkdtempSync(join(tmpdir(), "pins-"));
    board = await startRedfish(recording, { [LOGIN.user]: LOGIN.password, root: "calvin" });
    opened = [];
  });
  afterEach(async () => {
    for (const bmc of opened) await bmc.close();
    await board.stop();
    rmSync(place, { recursive: true });
  });

  const system = () => {
    const at = ["1", "System.Embedded.1"].map((id) => board.resource(`/redfish/v1/Systems/${id}`));
    return at.find((one) => one !== undefined)!;
  };

  function bench(): Bench {
    const at = { machine: "m1", address: "127.0.0.1", port: board.port, ...LOGIN };
    const connect = (change: object) => {
      const bmc = redfish({ ...at, ...change }, { pins: filePins(place), clock: hastyClock() });
      opened.push(bmc);
      return bmc;
    };
    return {
      bmc: connect({}),
      at,
      ...LOGIN,
      connect,
      machine: async () => {
        const target = (system().Boot as Record<string, string>).BootSourceOverrideTarget!;
        const { isOn, starts } = board.chassis;
        return { instance: isOn ? starts : undefined, nextBoot: WORDS[target] ?? target };
      },
      forgetful: () => {
        board.trouble.revertsBoot = true;
        return connect({});
      },
      deaf: () => {
        board.trouble.ignoresShutdown = true;
        return connect({});
      },
      happens: async () => {
        const entry = {
          Id: "1",
          Created: "2026-11-24T10:00:00Z",
          Severity: "Warning",
          Message: "CPU Temp is high",
        };
        const id = (system().LogServices as Record<string, string>)["@odata.id"];
        const log = board.resource(`${id}/Log1/Entries`) ?? board.resource(`${id}/Sel/Entries`);
        (log.Members as object[]).push(entry);
      },
      nobody: "127.0.0.2",
      processes: () =>
        everyProcess()
          .map(({ line }) => line)
          .join("\n"),
    };
  }

  const { "the password is on no command line, and who gives up waits no longer": _, ...power } = PROMISES;
  bmcConformance("redfish", bench, { promises: { ...power, ...UPKEEP } });
});
