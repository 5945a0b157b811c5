import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";

/** What a live hand says of itself when it stands. */
export type Hello = {
  readonly boot: string; // the kernel's boot_id: one boot, one of them
  readonly kernel: string;
  readonly image: string; // what it was built from
};

const BOOT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOST_WORDS = 120;

/** Lines of `key=value`; keys that nobody knows are passed over. */
export function readHello(text: string): Read<Hello> {
  const told = new Map(text.split("\n").map((line) => pair(line)));
  const boot = told.get("boot") ?? "";
  if (!BOOT.test(boot)) return flaw("a hello without the boot's id");
  const word = (key: string) => printable(told.get(key) ?? "unsaid", MOST_WORDS);
  return ok({ boot, kernel: word("kernel"), image: word("image") });
}

function pair(line: string): readonly [string, string] {
  const at = line.indexOf("=");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
