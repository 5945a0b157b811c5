import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder for the test that runs, gone when it is over. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "rackhand-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
