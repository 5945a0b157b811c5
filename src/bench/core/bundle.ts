import { flaw, ok, type Read } from "../../base/read.ts";
import { latin1 } from "../../base/text.ts";

/** POSIX sh: the files that fio left in this directory, each after a line with its size and its name. */
export const BUNDLE_SCRIPT = `
for file in out.json run_*.log; do
  [ -f "$file" ] || continue
  echo "$(wc -c < "$file") $file"
  cat "$file"
done
`;

export function readBundle(bytes: Uint8Array): Read<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    const [, size, name] = /^ *(\d+) ([\w.]+)$/.exec(latin1(bytes.subarray(at, end))) ?? [];
    if (end < 0 || size === undefined) return flaw("what was brought back is no list of files", at);
    const from = end + 1;
    if (from + Number(size) > bytes.length) return flaw(`${name} is not whole`, from);
    files.set(name!, bytes.subarray(from, from + Number(size)));
    at = from + Number(size);
  }
  return ok(files);
}
