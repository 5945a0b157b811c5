import type { Frame } from "../api/table.ts";
import { printable } from "../base/text.ts";
import { ESCAPES, type Escapes, HELP, readTyped } from "./escapes.ts";
import { TAMING, tame } from "./tame.ts";
import type { Terminal, World } from "./world.ts";

/** Attaches a terminal to a console until `~.`, ctrl-C being the machine's like every other key. */
export async function attach(to: {
  name: string;
  who: string;
  terminal: Terminal;
  world: World;
}): Promise<number> {
  const { name, who, terminal, world } = to;
  let escapes: Escapes = ESCAPES;
  let finish: (code: number) => void = () => {};
  const over = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const say = (text: string) => terminal.write(`\r\n[rackhand: ${text}]\r\n`);
  let taming = TAMING;
  const hear = (bytes: Uint8Array) => {
    const read = tame(taming, bytes);
    taming = read.taming;
    terminal.write(read.shown);
  };
  const on = {
    frame: (frame: Frame<"console">) => show(frame, { terminal, hear, say }),
    closed: (why: string) => {
      say(why);
      finish(2);
    },
  };
  const stream = await world.api.stream("console", { name, who }, on);
  say(`console of ${name}; ~. leaves, ~? helps`);
  terminal.raw(true);
  terminal.typed((bytes) => {
    const read = readTyped(escapes, bytes);
    escapes = read.escapes;
    if (read.send.length > 0) stream.send({ do: "type", data: Buffer.from(read.send).toString("base64") });
    for (const act of read.acts) {
      if (act === "help") say(HELP);
      else if (act === "quit") finish(0);
      else stream.send({ do: act });
    }
  });
  try {
    return await over;
  } finally {
    stream.close();
    terminal.raw(false);
    terminal.write("\x1b[?1l\x1b>\x1b[0m\r\n");
  }
}

type Shows = {
  readonly terminal: Terminal;
  readonly hear: (bytes: Uint8Array) => void; // what the machine said
  readonly say: (text: string) => void; // what we say
};

function show(frame: Frame<"console">, { terminal, hear, say }: Shows): void {
  if (frame.is === "screen") terminal.write(`\x1b[2J\x1b[H${frame.data}`);
  else if (frame.is === "bytes") hear(Buffer.from(frame.data, "base64"));
  else if (frame.is === "refused") say(`${frame.says} ${frame.remedy}`);
  else if (frame.is === "line" && !frame.attached) say(`not attached: ${frame.because ?? "no reason given"}`);
  else if (frame.is === "writer" && !frame.you && frame.writer !== null)
    say(`${printable(frame.writer.who)} has the keyboard`);
}
