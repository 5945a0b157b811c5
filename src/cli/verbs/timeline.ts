import { object } from "@optique/core/constructs";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import type { TimelineEvent } from "../../api/shapes.ts";
import { pageOf } from "../../base/event.ts";
import { given, json, machineName, says, TIME, timeOf } from "../common.ts";
import { dayOf, eventLine } from "../lines.ts";
import { fields } from "../table.ts";
import { verb } from "../verb.ts";
import type { World } from "../world.ts";

const PAGE = 1000;

export const machineTimeline = verb({
  words: "machine timeline",
  says: "A machine's events, or those that are searched; --json prints JSON lines; --follow goes on with what comes",
  example: "rackhand machine timeline m1 --kind console,power --text panic --since 2h --json",
  options: object({
    name: machineName,
    text: optional(option("--text", string({ metavar: "TEXT" }), says("Found in its sentence or detail"))),
    kind: optional(
      option("--kind", string({ metavar: "KINDS" }), says("Kinds or rooms, such as console,dhcp.silent")),
    ),
    since: optional(option("--since", TIME, says("Such as 2h, or 2026-11-24T08:00"))),
    until: optional(option("--until", TIME, says("As --since"))),
    follow: withDefault(flag("--follow", says("Go on with what comes, until ctrl-C")), false),
    json,
  }),
  async act({ name, follow, json: asJson, text, kind, since, until }, world) {
    const { api, out, now } = world;
    const times = {
      since: timeOf(since, now(), "machine timeline"),
      until: timeOf(until, now(), "machine timeline"),
    };
    const wanted = {
      ...given({ text, kind }),
      ...Object.fromEntries(Object.entries(times).filter(([, at]) => at)),
    };
    const print = (event: TimelineEvent) => out(asJson ? JSON.stringify(event) : eventLine(event));
    let last = 0;
    for (;;) {
      const { events, folded } = await api.ask("timeline", { name, after: last, limit: PAGE, ...wanted });
      if (last === 0 && !asJson)
        for (const { kind: what, count, until: to } of folded)
          out(`${dayOf(to)}  ${what.padEnd(17)} ${count} trimmed until then`);
      for (const event of events) print(event);
      last = events.at(-1)?.id ?? last;
      if (events.length < PAGE) break;
    }
    return follow ? following(world, { name, last, isWanted: wantedBy({ text, kind }), print }) : 0;
  },
});

export const eventShow = verb({
  words: "event",
  says: "One event by its number, with all that it tells and where the page shows it",
  example: "rackhand event 4711",
  options: object({
    id: argument(integer({ metavar: "ID", min: 1 }), says("Its number, as --json prints it")),
    json,
  }),
  async act({ id, json: asJson }, { api, out }) {
    const event = await api.ask("showEvent", { id });
    const { at, kind, machine, mac, says: what, detail } = event;
    const page = machine === null ? "nowhere" : pageOf(machine, id);
    const told = Object.entries(detail).map(([key, value]) => [key, JSON.stringify(value)] as const);
    if (asJson) out(JSON.stringify({ ...event, page }));
    else
      for (const line of [
        what,
        ...fields([
          ["number", `${id}`],
          ["at", new Date(at).toISOString()],
          ["kind", kind],
          ["machine", machine ?? "none"],
          ["MAC", mac ?? "none"],
          ["on the page", page],
          ...told,
        ]),
      ])
        out(line);
    return 0;
  },
});

type Following = {
  readonly name: string;
  readonly last: number;
  readonly isWanted: (event: TimelineEvent) => boolean;
  readonly print: (event: TimelineEvent) => void;
};

function following({ api, stopped }: World, { name, last, isWanted, print }: Following): Promise<number> {
  return new Promise((resolve, reject) => {
    const on = {
      frame: (frame: { is: string; event?: TimelineEvent }) => {
        if (frame.is === "event" && frame.event && frame.event.id > last && isWanted(frame.event))
          print(frame.event);
      },
      closed: () => resolve(2),
    };
    api.stream("watch", { machine: name }, on).then((watching) => {
      stopped.addEventListener("abort", () => {
        watching.close();
        resolve(0);
      });
    }, reject);
  });
}

/** What comes is searched as what is kept. */
function wantedBy({ text, kind }: { text: string | undefined; kind: string | undefined }) {
  const kinds = kind?.split(",").map((one) => one.trim());
  return ({ kind: is, says: what, detail }: TimelineEvent): boolean => {
    if (kinds !== undefined && !kinds.includes(is) && !kinds.includes(is.split(".")[0]!)) return false;
    return `${what} ${JSON.stringify(detail)}`.toLowerCase().includes((text ?? "").toLowerCase());
  };
}
