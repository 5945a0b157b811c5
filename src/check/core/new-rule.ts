/** A file of a new rule. */
export type Draft = { readonly path: string; readonly text: string };

export const isRuleId = (id: string): boolean => id.length <= 40 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id);

/** For the project: the rule, and the captures that its tests are. */
export const sourceDrafts = (id: string): Draft[] => [
  {
    path: `src/check/core/rules/${id}.ts`,
    text: `import type { Rule } from "../rule.ts";\n\n${code(id, ": Rule")}`,
  },
  ...CAPTURES.map(([name, expect, out]) => ({
    path: `captures/check/${id}/${name}.txt`,
    text: `from: made up by rackhand check new; put a real host's words in its place\nexpect: ${expect}\n\n${out}`,
  })),
];

/** For a directory of the operator's. */
export const moduleDrafts = (id: string): Draft[] => [
  {
    path: `${id}.mjs`,
    text: `// What each part is for: src/check/core/rule.ts of Rackhand.\n${code(id, "")}`,
  },
];

export const declaredDrafts = (id: string): Draft[] => [
  { path: `${id}.json`, text: `${JSON.stringify(declared(id), null, 2)}\n` },
];

const declared = (id: string) => ({
  id,
  says: "What a healthy host does, in one sentence",
  because: "what the trap costs whoever falls into it",
  run: "cat /etc/os-release",
  healthy: "^ID=debian$",
  remedy: "What mends it.",
});

/** Each way that an answer can go, on a file that is easily thought of. */
const code = (id: string, type: string): string => `const FILE = "/etc/${id}.conf";

export const ${camel(id)}${type} = {
  id: "${id}",
  says: \`\${FILE}, where it is there, says enabled=yes\`,
  because: "what the trap costs whoever falls into it",
  sources: ["a manual page, a bug report, release notes"],
  applies: ({ container }) => container === null || "why it means nothing there",
  probe: {
    withinMs: 1000,
    run: \`[ -e \${FILE} ] || { echo none; exit 0; }
[ -r \${FILE} ] || { echo unreadable; exit 0; }
sed 's/^/line /' \${FILE}\`,
  },
  judge({ out }) {
    if (/^none$/m.test(out)) return { is: "not-applicable", because: \`there is no \${FILE}\` };
    if (/^unreadable$/m.test(out)) return { is: "unknown", because: \`\${FILE} is not readable\` };
    const evidence = [...out.matchAll(/^line (.*)$/gm)].map(([, line = ""]) => line);
    if (evidence.includes("enabled=yes")) return { is: "pass", evidence };
    return { is: "fail", cause: "disabled", found: "it is not enabled", evidence };
  },
  remedy: () => ({ say: \`Write \\\`enabled=yes\\\` into \${FILE}.\`, steps: [] }),
};
`;

const CAPTURES = [
  ["healthy", "pass", "line enabled=yes\n"],
  ["disabled", "fail disabled", "line enabled=no\n"],
  ["look-alike-comment", "pass", "line # enabled=no\nline enabled=yes\n"],
  ["none", "not-applicable", "none\n"],
] as const;

const camel = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
