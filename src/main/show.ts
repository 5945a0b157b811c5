import type { TimelineEvent } from "../api/shapes.ts";
import type { Fault } from "../base/fault.ts";
import { eventLine, framed } from "../cli/lines.ts";
import { LiveView } from "../cli/live-view.ts";
import type { StartOptions } from "../cli/world.ts";
import { ROWS } from "../console/core/screen-rows.ts";
import { Screen } from "../console/screen.ts";
import type { Desk } from "../machine/desk.ts";

/** What a person or a program sees of `rackhand start`. */
export type Show = {
  readonly say: (line: string) => void;
  readonly page: (url: string) => void; // where the same is shown
  watch(desk: Desk, machine: string): Promise<() => void>;
  failed(fault: Fault, lines: readonly string[]): void;
  close(): void;
};

/** JSON lines for programs, a live screen on a terminal that is tall enough, plain lines elsewhere. */
export function openShow({ json }: StartOptions): Show {
  const out = (line: string) => void process.stdout.write(`${line}\n`);
  const err = (line: string) => void process.stderr.write(`${line}\n`);
  if (json) return show({ say: err, event: (event) => out(JSON.stringify(event)), err });
  const { isTTY, rows = 0, columns = 0 } = process.stdout;
  if (!isTTY || rows < ROWS + 6 || columns < 80) return plainShow(out, err);
  return liveShow(err);
}

type Ways = {
  readonly say: (line: string) => void;
  readonly page?: (url: string) => void;
  readonly event: (event: TimelineEvent, screen: Screen) => void;
  readonly bytes?: (screen: Screen) => void;
  readonly err: (line: string) => void;
  readonly close?: () => void;
};

function show({ say, page, event, bytes, err, close }: Ways): Show {
  return {
    say,
    page: page ?? ((url) => say(`The page: ${url}`)),
    async watch(desk, machine) {
      const screen = new Screen();
      const endEvents = await desk.watch({ machine }, (frame) => {
        if (frame.is === "event") event(frame.event, screen);
      });
      const viewing = await desk.console({ name: machine, who: "the terminal" }, (frame) => {
        if (frame.is === "size" || frame.is === "screen") screen.resize(frame.rows);
        if (frame.is === "bytes") screen.write(Buffer.from(frame.data, "base64"));
        else if (frame.is === "screen") screen.write(Buffer.from(frame.data));
        else return;
        bytes?.(screen);
      });
      return () => {
        viewing.close();
        endEvents();
        screen.dispose();
      };
    },
    failed(fault, lines) {
      close?.();
      for (const line of [...framed(lines), fault.says, `${fault.remedy}  [${fault.id}]`]) err(line);
    },
    close: () => close?.(),
  };
}

/** Lines only: the timeline as it comes, and the screen whenever something on it was recognised. */
function plainShow(out: (line: string) => void, err: (line: string) => void): Show {
  const event = (seen: TimelineEvent, screen: Screen) => {
    out(eventLine(seen));
    const { sighting } = seen.detail;
    if (seen.kind !== "console.sighting" || !STANDING.has(String(sighting))) return;
    for (const line of framed(screen.lines())) out(line);
  };
  return show({ say: out, event, err });
}

const STANDING = new Set(["debian-boot-menu", "grub-menu", "installer-dialog", "installer-error"]);

function liveShow(err: (line: string) => void): Show {
  const view = new LiveView(process.stdout, ROWS);
  return show({
    say: (line) => view.line(line),
    page: (url) => view.title(`${url} shows the same; ctrl-C stops everything`),
    event: (event) => view.line(eventLine(event)),
    bytes: (screen) => view.screen(() => screen.redraw()),
    err,
    close: () => view.close(),
  });
}
