import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "vitest";
import { here } from "../../src/host/here.ts";
import { hostConformance } from "./host.ts";

describe("this machine", () => {
  const place = mkdtempSync(join(tmpdir(), "here-"));
  afterAll(() => rmSync(place, { recursive: true }));

  hostConformance("here", async () => ({ host: here(), place }));
});
