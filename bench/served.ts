import { spawn } from "node:child_process";
import { get } from "node:http";
import { freePort } from "../test/support/free-port.ts";

const ENDS_WITHIN_MS = 20_000;

/** A running `rackhand serve`. */
export type Served = { readonly pid: number; readonly url: string; stop(): Promise<void> };

/** `rackhand serve` alone; its own end is an error of whoever waits for an answer. */
export async function serveIn(state: string, entry: readonly string[]): Promise<Served> {
  const port = await freePort();
  const argv = ["--pdeathsig", "TERM", ...entry, "serve", "--port", `${port}`];
  const child = spawn("setpriv", argv, {
    detached: true, // a ctrl-C is for us, who then end it
    env: { ...process.env, RACKHAND_STATE: state, DATABASE_URL: undefined },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
    await gone;
    clearTimeout(limit);
  };
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  return { pid: child.pid!, url: `http://127.0.0.1:${port}`, stop };
}

/** The status and the text of an answer; `undefined` while nobody answers. */
export function askOnce(url: string): Promise<{ status: number; text: string } | undefined> {
  return new Promise((resolve) => {
    const asked = get(url, { agent: false, timeout: 2000 }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (more: string) => {
        text += more;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", () => resolve(undefined));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(undefined));
  });
}
