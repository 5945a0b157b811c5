import type { Rule, Step } from "./rule.ts";

/** A rule without code: it passes when what `run` says matches `healthy`. */
export type Declared = {
  readonly id: string;
  readonly says: string;
  readonly because: string;
  readonly run: string;
  readonly healthy: string; // a regular expression, tried on stdout
  readonly remedy: string;
  readonly init?: string; // applies with this one only
  readonly steps?: readonly Exclude<Step, { edit: string }>[]; // what of the remedy --fix may do
};

const CUT_SHORT = {
  late: "its probe did not end in time",
  long: "its probe said more than is read",
} as const;
const TEXTS = ["id", "says", "because", "run", "healthy", "remedy"] as const;

/** Throws what is wrong with it. */
export function declaredRule(value: unknown): Rule {
  const said = value as Declared;
  const missing = TEXTS.filter((key) => typeof said?.[key] !== "string");
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(", ")}`);
  const steps = stepsOf(said.steps ?? []);
  const healthy = new RegExp(said.healthy, "m");
  return {
    id: said.id,
    says: said.says,
    because: said.because,
    sources: [],
    applies: ({ init }) =>
      said.init === undefined || said.init === init || `it is for ${said.init}, and init is ${init}`,
    probe: { run: said.run, withinMs: 1000 },
    judge: ({ out, err, status, cut }) => {
      if (status === 127) return { is: "unknown", because: err.trim() || "a program is missing there" };
      if (healthy.test(out)) return { is: "pass" };
      if (cut !== false) return { is: "unknown", because: CUT_SHORT[cut] }; // what is missing may have been to come
      const lines = out.split("\n").filter((line) => line !== "");
      return {
        is: "fail",
        cause: "unlike",
        found: `it does not say ${said.healthy}`,
        evidence: lines.slice(0, 5),
      };
    },
    remedy: () => ({ say: said.remedy, steps }),
  };
}

function stepsOf(steps: unknown): readonly Step[] {
  if (!Array.isArray(steps) || !steps.every(isStep))
    throw new Error("a step is { write, content } or { run, keeps }, with whole paths");
  return steps;
}
const isStep = (step: Record<string, unknown>): boolean => {
  const isPath = (path: unknown) => typeof path === "string" && path.startsWith("/");
  if (typeof step?.run !== "string")
    return isPath(step?.write) && ["string", "object"].includes(typeof step.content);
  return (
    Array.isArray(step.keeps) &&
    step.keeps.every(isPath) &&
    ["string", "undefined"].includes(typeof step.undo)
  );
};
