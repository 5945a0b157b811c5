import type { Frame } from "../api/table.ts";
import { linesIn, printable } from "../base/text.ts";
import { size } from "../base/units.ts";
import { ESCAPES, type Escapes, HELP, readTyped } from "./escapes.ts";
import { BRACKETS, PASTING, readPasted } from "./pasted.ts";
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
  const send = (bytes: Uint8Array) => {
    if (bytes.length > 0) stream.send({ do: "type", data: Buffer.from(bytes).toString("base64") });
  };
  const typed = (bytes: Uint8Array) => {
    const read = readTyped(escapes, bytes);
    escapes = read.escapes;
    send(read.send);
    for (const act of read.acts) {
      if (act === "help") say(HELP);
      else if (act === "quit") finish(0);
      else stream.send({ do: act });
    }
  };
  const pasted = guardPaste({ say, send, typed });
  terminal.raw(true);
  terminal.write(BRACKETS.on);
  terminal.typed(pasted);
  try {
    return await over;
  } finally {
    stream.close();
    terminal.raw(false);
    terminal.write(`${BRACKETS.off}\x1b[?1l\x1b>\x1b[0m\r\n`);
  }
}

type Guard = {
  readonly say: (text: string) => void;
  readonly send: (bytes: Uint8Array) => void; // to the machine
  readonly typed: (bytes: Uint8Array) => void; // by a person, who may leave
};

/** A paste of several lines would run as commands at once: it waits for a y, and any other key drops it. */
function guardPaste({ say, send, typed }: Guard): (bytes: Uint8Array) => void {
  let pasting = PASTING;
  let waiting: Uint8Array | undefined;
  const answer = (bytes: Uint8Array) => {
    const isYes = /^y/i.test(Buffer.from(bytes).toString("latin1"));
    say(isYes ? "pasted" : "not pasted");
    if (isYes) send(waiting!);
    waiting = undefined;
  };
  return (bytes) => {
    const read = readPasted(pasting, bytes);
    pasting = read.pasting;
    for (const piece of read.pieces) {
      const lines = linesIn(Buffer.from(piece.bytes).toString("latin1"));
      if (waiting !== undefined) answer(piece.is === "typed" ? piece.bytes : new Uint8Array());
      else if (piece.is === "typed") typed(piece.bytes);
      else if (lines < 2) send(piece.bytes);
      else {
        waiting = piece.bytes;
        say(`paste ${lines} lines? Each may run as a command at once. y pastes, any other key does not`);
      }
    }
  };
}

type Shows = {
  readonly terminal: Terminal;
  readonly hear: (bytes: Uint8Array) => void; // what the machine said
  readonly say: (text: string) => void; // what we say
};

function show(frame: Frame<"console">, { terminal, hear, say }: Shows): void {
  if (frame.is === "screen") terminal.write(`\x1b[2J\x1b[H${frame.data}`);
  else if (frame.is === "bytes") hear(Buffer.from(frame.data, "base64"));
  else if (frame.is === "skipped")
    say(`${size(frame.bytes)} came too fast for this terminal and were left out; the recording has them`);
  else if (frame.is === "refused") say(`${frame.says} ${frame.remedy}`);
  else if (frame.is === "line" && !frame.attached) say(`not attached: ${frame.because ?? "no reason given"}`);
  else if (frame.is === "writer" && !frame.you && frame.writer !== null)
    say(`${printable(frame.writer.who)} has the keyboard`);
}
