import { useEffect, useState } from "react";
import { printable } from "../../src/base/text.ts";
import { useParam } from "../router.tsx";
import { CommandLine } from "./command-line.tsx";
import { Picture } from "./picture.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 30_000; // a run never changes, but runs that it is compared with may come
const UNDER_WAY_MS = 2_000;
const PICTURES = [
  ["iops", "IOPS over time"],
  ["latency", "Latencies"],
  ["distribution", "How the windows' IOPS are spread"],
] as const;

/** One run: its pictures, another run beside it when wished, and all its figures. */
export function BenchPage({ id }: { id: string }) {
  const [beside, setBeside] = useParam("beside");
  const question = beside === "" ? { run: id } : { run: id, beside };
  const [ms, setMs] = useState(ASK_MS);
  const answer = useAnswer("showBench", question, { ms, matters: true });
  const isUnderWay = answer?.run.isUnderWay ?? false;
  useEffect(() => setMs(isUnderWay ? UNDER_WAY_MS : ASK_MS), [isUnderWay]);
  useEffect(() => {
    document.title = `${id} · Rackhand`;
  }, [id]);
  if (answer === undefined) return <p className="waiting">Reading {printable(id, 100)}…</p>;
  const { run, lines, pictures, comparison } = answer;
  return (
    <section className="segments" aria-label={`Bench ${id}`}>
      <div className="bar">
        <h1>{printable(run.name, 80)}</h1>
        <span className="dim">
          {printable(`${run.id}, job ${run.job} on ${run.host}, ${run.condition}`, 200)}
        </span>
      </div>
      <CommandLine line={`rackhand bench plot ${[id, ...beside.split(",").filter(Boolean)].join(" ")}`} />
      <Beside id={id} beside={beside} set={setBeside} />
      {comparison.map((line) => (
        <p key={line}>{printable(line, 400)}</p>
      ))}
      {PICTURES.map(([kind, says]) => {
        const svg = pictures[kind];
        return svg === null ? null : <Picture key={kind} svg={svg} says={says} />;
      })}
      <pre className="figures">{lines.map((line) => printable(line, 300)).join("\n")}</pre>
    </section>
  );
}

/** Which other run stands in the same pictures. */
function Beside({ id, beside, set }: { id: string; beside: string; set: (run: string) => void }) {
  const answer = useAnswer("listBenches", {}, { ms: ASK_MS, matters: true });
  const others = (answer?.runs ?? []).filter((one) => one.id !== id);
  if (others.length === 0) return null;
  return (
    <p>
      <label>
        Beside it{" "}
        <select value={beside} onChange={(event) => set(event.target.value)}>
          <option value="">no other run</option>
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {printable(`${one.name}, ${one.condition}: ${one.id}`, 120)}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
