import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory of our own for states and trees, and what removes it. */
export function openScratch(): { path: string; remove(): void } {
  const path = mkdtempSync(join(realpathSync(tmpdir()), "rackhand-bench-"));
  chmodSync(path, 0o711); // the private database's own user passes through
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
