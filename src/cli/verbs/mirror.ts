import { object } from "@optique/core/constructs";
import type { MirrorStatus } from "../../api/shapes.ts";
import { duration, size } from "../../base/units.ts";
import { json } from "../common.ts";
import { fields } from "../table.ts";
import { verb } from "../verb.ts";

export const mirrorStatus = verb({
  words: "mirror status",
  says: "The mirror of Debian's packages: where it answers, what it keeps and saved; exit 1: off, or cut off from outside",
  example: "rackhand mirror status --json",
  options: object({ json }),
  async act({ json: asJson }, { api, out, now }) {
    const { mirror } = await api.ask("mirrorStatus", {});
    if (asJson) out(JSON.stringify(mirror));
    else if (mirror === null) out("No segment has the mirror. docs/operating.md says how it is switched on.");
    else for (const line of linesOf(mirror, now())) out(line);
    return mirror === null || mirror.outages.length > 0 ? 1 : 0;
  },
});

function linesOf({ doors, archives, cache, served, outages }: MirrorStatus, now: number): string[] {
  const { hit, stale, miss } = served;
  const files = ({ files, bytes }: { files: number; bytes: number }) => `${files} files, ${size(bytes)}`;
  const old = stale.files === 0 ? "" : `; ${files(stale)} of them unasked, in an outage`;
  return fields([
    ...doors.map(({ segment, proxy }) => [`proxy for ${segment}`, proxy] as const),
    ...archives.map(({ name, url }) => [`/${name}`, url] as const),
    ["kept", `${files(cache)} of ${size(cache.mostBytes)}`],
    ["given from here", `${files({ files: hit.files + stale.files, bytes: hit.bytes + stale.bytes })}${old}`],
    ["fetched", files(miss)],
    ...outages.map(
      ({ host, since, because }) => [`no ${host}`, `for ${duration(now - since)}: ${because}`] as const,
    ),
  ]);
}
