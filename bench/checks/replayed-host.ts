import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../../src/base/quoted.ts";
import { askHost } from "../../src/check/check-hosts.ts";
import { LADDER } from "../../src/check/core/script.ts";
import { loadRules } from "../../src/check/load-rules.ts";
import { here } from "../../src/host/here.ts";
import type { Command, Ran } from "../../src/host/host.ts";

export const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * A PATH for the hosts of an sshd, which then answer all rules as this machine does now: it is asked once, and its words
 * are said again to each script, under that one's mark and after as long. `place` is an empty directory.
 */
export async function replayedHost(place: string, stopped: AbortSignal): Promise<string> {
  let kept: { readonly command: Command; readonly ran: Ran } | undefined;
  const keeping = async (command: Command): Promise<Ran> => {
    const ran = await here().run(command);
    kept = { command, ran };
    return ran;
  };
  const wish = { rules: await loadRules(), mayAsk: false, now: Date.now, signal: stopped };
  const answer = await askHost({ ...here(), run: keeping }, wish);
  if (kept === undefined || typeof answer === "string")
    throw new Error(`this machine did not answer: ${answer}`);
  const mark = /^N=(.*)$/m.exec(`${kept.command.input}`)![1]!;
  for (const from of ["stdout", "stderr"] as const) writeFileSync(join(place, from), kept.ran[from]);
  const says = (from: string) => `sed "s/^${mark} /$mark /" ${join(place, from)}`;
  mkdirSync(join(place, "bin"));
  const sh = join(place, "bin/sh");
  writeFileSync(
    sh,
    `#!/bin/sh
[ "$2" = ${quoted(LADDER)} ] || exec /bin/sh "$@"
mark=$(sed -n 's/^N=//p')
sleep ${(kept.ran.tookMs / 1000).toFixed(3)}
${says("stdout")}
${says("stderr")} >&2
`,
  );
  chmodSync(sh, 0o755);
  return `${join(place, "bin")}:${PATH}`;
}
