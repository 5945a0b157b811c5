import { fromLatin1, latin1 } from "../../base/text.ts";

/** A stream whose lines with our mark are taken out of it. Bytes before the first mark are not the command's. */
export type Marks = {
  /** What of it is the command's own. */
  read(bytes: Uint8Array): Uint8Array;
  /** What stood behind the marks so far. */
  readonly said: readonly string[];
};

const MOST_BEHIND = 20; // a process number, a status

export function marks(mark: string): Marks {
  const begins = `\x01${mark}`;
  const said: string[] = [];
  let held = "";

  function read(bytes: Uint8Array): Uint8Array {
    held += latin1(bytes);
    let own = "";
    for (let at = held.indexOf("\x01"); at !== -1; at = held.indexOf("\x01", at)) {
      const end = held.indexOf("\n", at);
      const isOurs = held.startsWith(begins, at);
      if (isOurs && end !== -1) {
        if (said.length > 0) own += held.slice(0, at);
        said.push(held.slice(at + begins.length, end).trim());
        held = held.slice(end + 1);
        at = 0;
      } else if (mayBecome(held.slice(at), begins)) {
        if (said.length > 0) own += held.slice(0, at);
        held = held.slice(at);
        return fromLatin1(own);
      } else at += 1;
    }
    if (said.length > 0) own += held;
    held = "";
    return fromLatin1(own);
  }
  return { read, said };
}

const mayBecome = (text: string, begins: string): boolean =>
  text.startsWith(begins) ? text.length < begins.length + MOST_BEHIND : begins.startsWith(text);
