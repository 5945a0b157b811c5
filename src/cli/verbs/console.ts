import { object } from "@optique/core/constructs";
import { withDefault } from "@optique/core/modifiers";
import { flag } from "@optique/core/primitives";
import { attach } from "../attach.ts";
import { json, machineName, says } from "../common.ts";
import { framed } from "../lines.ts";
import { verb } from "../verb.ts";

export const consoleAttach = verb({
  words: "console",
  says: "Attach to a machine's console; `~.` leaves, `~?` helps. Without a terminal: print its present screen",
  example: "rackhand console m1",
  options: object({
    name: machineName,
    screen: withDefault(flag("--screen", says("Print the present screen and end")), false),
    json,
  }),
  async act({ name, screen: once, json: asJson }, world) {
    const { api, out, terminal, who } = world;
    if (!once && !asJson && terminal !== undefined) return attach({ name, who, terminal, world });
    const screen = await api.ask("screen", { name });
    if (asJson) out(JSON.stringify(screen));
    else for (const line of framed(screen.lines)) out(line);
    return screen.attached ? 0 : 2;
  },
});
