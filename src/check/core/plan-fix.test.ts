import { expect, test } from "vitest";
import { declaredRule } from "./declared-rule.ts";
import { applyScript } from "./fix-script.ts";
import { bytesOf, type Found, planFix, textOf } from "./plan-fix.ts";
import { readTold, restOf } from "./read-told.ts";

const files = (all: Readonly<Record<string, string | null>>) =>
  new Map<string, Found>(Object.entries(all).map(([path, content]) => [path, { content }]));

test("files are shown as a diff that patch takes, commands as they are", () => {
  const plan = planFix(
    [
      { write: "/etc/a", content: "two\n" },
      { write: "/etc/new", content: "x\n" },
      { write: "/etc/old", content: null },
      { run: "sysctl -p", keeps: [] },
    ],
    files({ "/etc/a": "one\n", "/etc/new": null, "/etc/old": "y\n" }),
  );

  expect("preview" in plan && plan.preview).toEqual([
    ...["--- a/etc/a", "+++ b/etc/a", "@@ -1 +1 @@", "-one", "+two"],
    ...["--- /dev/null", "+++ b/etc/new", "@@ -0,0 +1 @@", "+x"],
    ...["--- a/etc/old", "+++ /dev/null", "@@ -1 +0,0 @@", "-y"],
    "$ sysctl -p",
  ]);
});

test("who plans later sees what is planned before, and what is there already is no step", () => {
  const there = files({ "/etc/a": "1\n" });

  const plans = [
    planFix([{ edit: "/etc/a", by: (content) => `${content}2\n` }], there),
    planFix([{ edit: "/etc/a", by: (content) => `${content}3\n` }], there),
    planFix([{ write: "/etc/a", content: "1\n2\n3\n" }], there),
  ];

  expect(plans[1]).toMatchObject({ steps: [{ from: "1\n2\n", to: "1\n2\n3\n" }] });
  expect(plans[2]).toEqual({ flaw: expect.stringContaining("is there") });
});

test("a file that cannot be edited leaves all to a person", () => {
  const [none, odd] = [
    files({ "/etc/a": null }),
    new Map<string, Found>([["/etc/a", { flaw: "it is a link" }]]),
  ];

  const plans = [none, odd].map((found) =>
    planFix(
      [
        { run: "true", keeps: [] },
        { edit: "/etc/a", by: () => "x" },
      ],
      found,
    ),
  );

  expect(plans).toEqual([{ flaw: "there is no /etc/a" }, { flaw: "it is a link" }]);
});

test("bytes that are no text survive, and text is shown as such", () => {
  expect(textOf(bytesOf("Grüße ⚙ 100 %"))).toBe("Grüße ⚙ 100 %");
  expect(textOf("gr\xfc\xdfe")).toBe("gr\xfc\xdfe");
});

test("only lines with the mark are the script's own", () => {
  const told = readTold(
    new TextEncoder().encode("undone\nM failed no room here\nxM undone\nM2 undone\n"),
    "M",
  );

  expect([told.length, restOf(told, "failed"), restOf(told, "undone")]).toEqual([
    1,
    "no room here",
    undefined,
  ]);
});

test("a script does nothing until its last line is there", () => {
  const hold = { id: "x", mark: "m", token: "t", owner: "o" };
  const lines = applyScript(hold, [{ run: "echo it's", keeps: ["/a b"], undo: "" }]).split("\n");

  expect(lines.slice(-3)).toEqual(["main </dev/null", "exit", ""]);
  expect(lines).toContain("run 01 'echo it'\\''s' '' || exit 1");
});

test("a declared step that is none, or has half a path, is refused", () => {
  const rule = { id: "x", says: "s", because: "b", run: "r", healthy: "h", remedy: "m" };
  const odd = [
    { write: "etc/x", content: "" },
    { run: "x" },
    { run: "x", keeps: ["y"] },
    { write: "/x" },
    null,
  ];

  for (const step of odd)
    expect(() => declaredRule({ ...rule, steps: [step] }), JSON.stringify(step)).toThrow("step");
  expect(
    declaredRule({ ...rule, steps: [{ write: "/x", content: null }] }).remedy({} as never, {} as never).steps,
  ).toHaveLength(1);
});
