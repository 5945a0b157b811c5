import type { Reporter, TestModule } from "vitest/node";

/** The last line of a run, in the one form that every reader of CI logs knows. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
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
  }
}
