import fc from "fast-check";
import { expect, test } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

/** What `patch` does with a diff of ours. */
function patched(before: string, diff: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (const hunk of diff.split(/^@@ /m).slice(1)) {
    const [head, ...body] = hunk.match(/[^\n]*\n/g)!;
    const [, start, length] = /^-(\d+)(?:,(\d+))?/.exec(head!)!;
    const from = Number(start) - (length === "0" ? 0 : 1);
    out.push(...lines.slice(at, from));
    at = from;
    for (const [number, line] of body.entries()) {
      const text = body[number + 1]?.startsWith("\\") ? line.slice(1, -1) : line.slice(1);
      if (line.startsWith("+") || line.startsWith(" ")) out.push(text);
      if (line.startsWith("-") || line.startsWith(" ")) expect(lines[at++]).toBe(text);
    }
  }
  return [...out, ...lines.slice(at)].join("");
}

test("a change stands with three lines around it", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

  expect(unifiedDiff("a.cfg", before, before.replace("5\n", "five\n"))).toBe(
    "--- a/a.cfg\n+++ b/a.cfg\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("no change is no diff", () => {
  expect(unifiedDiff("a.cfg", "x\n", "x\n")).toBe("");
});

test("a diff turns what was before into what is after", () => {
  const text = fc
    .tuple(
      fc.array(fc.constantFrom("a\n", "b\n", "c\n", "\n"), { maxLength: 25 }),
      fc.constantFrom("", "end"),
    )
    .map(([lines, last]) => lines.join("") + last);
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, unifiedDiff("f", before, after))).toBe(after);
    }),
  );
});
