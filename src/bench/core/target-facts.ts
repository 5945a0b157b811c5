import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";

/** What a host says about a directory. */
export type DirectoryFacts = {
  readonly is: "directory" | "other" | "nothing";
  readonly writable: boolean;
  readonly fileSystem: string; // as mount calls it
  readonly readOnly: boolean;
  readonly freeBytes: number;
};
export type Use = {
  readonly how: "mounted" | "swap" | "held" | "loop" | "btrfs" | "open";
  readonly part: string; // the kernel's name of it or of its partition
  readonly by: string; // a mount point, a volume, a program
};
/** What a host says about a block device; `is` tells how far it came. */
export type DeviceFacts = {
  readonly is: "block" | "other" | "nothing";
  readonly known: readonly { readonly id: string; readonly node: string }[];
  readonly node: string;
  readonly bytes: number;
  readonly readOnly: boolean;
  readonly model: string;
  readonly uses: readonly Use[];
  readonly exclusive: { readonly is: "yes" | "busy" | "failed"; readonly why: string };
  readonly signatures: readonly string[];
  /** Why its signatures could not be read. */
  readonly unread: string | undefined;
};

export function readDirectoryFacts(text: string): Read<DirectoryFacts> {
  const said = lines(text);
  if (said === undefined) return flaw("the questions were not answered to the end");
  const is = one(said, "is");
  if (is !== "directory" && is !== "other" && is !== "nothing") return flaw("what it is was not told");
  const [fileSystem = "", options = ""] = one(said, "mount").split(" ");
  return ok({
    is,
    writable: one(said, "writable") === "yes",
    fileSystem,
    readOnly: options.split(",").includes("ro"),
    freeBytes: Number(one(said, "free") || Number.NaN),
  });
}

const HOW = ["mounted", "swap", "held", "loop", "btrfs", "open"] as const;

export function readDeviceFacts(text: string): Read<DeviceFacts> {
  const said = lines(text);
  if (said === undefined) return flaw("the questions were not answered to the end");
  const is = one(said, "is");
  if (is !== "block" && is !== "other" && is !== "nothing") return flaw("what it is was not told");
  const [exclusive = "", ...why] = one(said, "exclusive").split(" ");
  return ok({
    is,
    known: all(said, "known").map((line) => {
      const [id = "", node = ""] = line.split(" ");
      return { id, node };
    }),
    node: one(said, "node"),
    bytes: Number(one(said, "bytes") || Number.NaN),
    readOnly: one(said, "read-only") !== "0",
    model: one(said, "model"),
    uses: all(said, "use").map(useOf),
    exclusive: { is: exclusive === "yes" || exclusive === "busy" ? exclusive : "failed", why: why.join(" ") },
    signatures: signaturesOf(said),
    unread: all(said, "unread")[0],
  });
}

/** A way of use that is not known is still one. */
function useOf(line: string): Use {
  const [said = "", part = "", ...by] = line.split(" ");
  return { how: HOW.find((how) => how === said) ?? "held", part, by: by.join(" ") };
}

/** blkid and wipefs name the same thing twice; a table is of more weight than what lies where it ends. */
function signaturesOf(said: Said): string[] {
  const table = one(said, "table");
  const label = one(said, "label").replace(/\\(.)/g, "$1"); // blkid's export is for a shell
  const types = [...new Set(all(said, "signature"))].filter((type) => type !== table);
  const named = types.length === 1 && label !== "" ? [`${types[0]} "${label}"`] : types;
  return table === "" ? named : [`a ${table} partition table`, ...named];
}

type Said = ReadonlyMap<string, readonly string[]>;

/** Lines of `key value`; undefined when the last one, `end`, did not come. */
function lines(text: string): Said | undefined {
  const said = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [, key = "", value = ""] = /^(\S*) ?(.*)$/.exec(line) ?? [];
    said.set(key, [...(said.get(key) ?? []), printable(value.trim())]);
  }
  return said.has("end") ? said : undefined;
}

const all = (said: Said, key: string): readonly string[] => said.get(key) ?? [];
const one = (said: Said, key: string): string => said.get(key)?.[0] ?? "";
