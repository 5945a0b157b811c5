import { Fault, reason } from "../base/fault.ts";
import type { ServeOptions } from "../cli/world.ts";
import type { Settings } from "../settings/core/settings.ts";
import { readSettings, settingsOf } from "../settings/read-settings.ts";
import { ownProfiles } from "./own-profiles.ts";
import type { Place } from "./place.ts";
import { Segments } from "./segments.ts";
import { ServedMirror } from "./served-mirror.ts";
import { openService } from "./service.ts";
import type { Signals } from "./signals.ts";
import { Stack } from "./stack.ts";

/** `rackhand serve`: the service, and an agent in the same process for each segment of the settings. */
export async function serve(
  options: ServeOptions,
  place: Place,
  { stopped, onHangup }: Signals,
): Promise<number> {
  const opened = new Stack();
  let settings = wanted(options); // before anything is opened: what is wrong there is said at once
  const mirror = new ServedMirror(place.state);
  let reload = async () => "Still starting; nothing was read again";
  try {
    const port = options.port ?? settings.service.port;
    const service = opened.add(
      await openService(place, {
        port,
        reload: () => reload(),
        mirror: () => mirror.status(),
        profiles: () => ownProfiles(settings.profiles),
        checksImages: true,
        settings: () => settings,
      }),
      (open) => open.stop(),
    );
    process.stdout.write(`Rackhand ${place.version} answers at ${service.url}\n`);
    opened.add(mirror, (open) => open.stop());
    const segments = opened.add(new Segments(place.state, service.desk, mirror), (open) => open.stop());
    if (settings.segment.length > 0) say(`Boot service: ${await segments.apply(settings)}`);
    reload = async () => {
      settings = wanted(options);
      return segments.apply(settings);
    };
    onHangup(() => void reload().then(say, (error) => process.stderr.write(`${reason(error)}\n`)));
    await new Promise<void>((resolve) => {
      if (stopped.aborted) resolve();
      stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    return 0;
  } finally {
    await opened.stop();
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** One segment by the options, or a file with everything. */
function wanted({ config, segment, pool }: ServeOptions): Settings {
  if (config !== undefined && segment !== undefined) {
    throw new Fault("use.wrong", { what: "--config and --segment do not go together.", verb: "serve" });
  }
  if (config !== undefined) return readSettings(config);
  const only = segment === undefined ? [] : [{ name: "local", interface: segment, ...(pool && { pool }) }];
  return settingsOf({ segment: only }, "", (wrong) => {
    return new Fault("use.wrong", { what: `${wrong.join("; ")}.`, verb: "serve" });
  });
}
