import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/**
 * The last line of a run, in the one form that every reader of CI logs knows; and for who runs them once more, the
 * files that failed, one a line, in the file that RACKHAND_FAILED_TESTS names.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.state() === "failed" && module.children.size === 0) count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
    // The default reporter prints its summary in the same event: this line comes after it.
    setImmediate(() =>
      process.stdout.write(`\n${count.passed} passed, ${count.failed + count.pending} failed${skipped}\n`),
    );
    const failed = modules.filter((module) => module.state() === "failed").map(({ moduleId }) => moduleId);
    const stray = errors.flatMap(({ VITEST_TEST_PATH: path }) => (path === undefined ? [] : [String(path)]));
    const files = [...new Set([...failed, ...stray])].map((file) => `${relative(process.cwd(), file)}\n`);
    const list = process.env.RACKHAND_FAILED_TESTS;
    if (list !== undefined) writeFileSync(list, files.join(""));
  }
}
