import { remote } from "../../src/cli/remote.ts";
import { run } from "../../src/cli/run.ts";
import type { World } from "../../src/cli/world.ts";
import { localWork } from "../../src/main/local.ts";
import { findPlace } from "../../src/main/place.ts";

export type Came = { readonly code: number; readonly out: string; readonly err: string };

/** The command line in this process, without a terminal: a process of its own takes a second to start. */
export const commandLine =
  (url: () => string, over: Partial<World> = {}) =>
  async (...argv: string[]): Promise<Came> => {
    const said = { out: "", err: "" };
    const stopped = new AbortController().signal;
    const world: World = {
      ...{ api: remote(url(), "anna"), who: "anna", width: 1000, now: Date.now, stopped },
      ...{ terminal: undefined, confirm: undefined },
      local: localWork(findPlace(process.env, 1), { stopped, onHangup: () => {} }, "anna"),
      out: (line) => {
        said.out += `${line}\n`;
      },
      err: (line) => {
        said.err += `${line}\n`;
      },
      ...over,
    };
    return { code: await run(argv, "0.0.0", world), ...said };
  };
