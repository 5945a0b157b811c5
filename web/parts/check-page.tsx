import { useEffect } from "react";
import type { CheckFinding } from "../../src/api/check-rows.ts";
import type { Answer } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { acknowledgeLine, checkLine, findingTold, hostTold } from "../core/checks.ts";
import { useNow } from "../store.ts";
import { When } from "./check-list.tsx";
import { CommandLine } from "./command-line.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";
import { useAsked } from "./use-asked.ts";

const ASK_MS = 5_000;

/** One host: what fails with evidence, cause and remedy first, then the rest, and what was changed there. */
export function CheckPage({ host }: { host: string }) {
  useEffect(() => {
    document.title = `Checks of ${host} · Rackhand`;
  }, [host]);
  const { outcome } = useAsked("showChecks", { host });
  const answer = useAnswer("showChecks", { host }, { ms: ASK_MS, matters: true });
  if (answer !== undefined)
    return (
      <section className="segments checks" aria-label={`Checks of ${host}`}>
        <HostChecks answer={answer} isPage={true} />
      </section>
    );
  if (outcome === undefined || outcome.ok) return <p className="waiting">Reading {host}…</p>;
  return (
    <section className="empty">
      <h1>{printable(outcome.failure.says, 300)}</h1>
      <CommandLine line={checkLine(host)} />
    </section>
  );
}

/** The same beside a machine's timeline: its host by whatever login and port. */
export function ChecksSide({ name }: { name: string }) {
  const answer = useAnswer("listChecks", { machine: name }, { ms: ASK_MS, matters: true });
  if (answer === undefined) return <p className="waiting">Reading the checks…</p>;
  if (answer.hosts.length === 0)
    return (
      <section className="aspect" aria-label="Checks">
        <h2>Its host was not checked from here yet</h2>
        <CommandLine line={checkLine(`root@${name}`)} />
      </section>
    );
  return (
    <section className="checks" aria-label="Checks">
      {answer.hosts.map(({ host }) => (
        <OneHost key={host} host={host} />
      ))}
    </section>
  );
}

function OneHost({ host }: { host: string }) {
  const answer = useAnswer("showChecks", { host }, { ms: ASK_MS, matters: true });
  if (answer === undefined) return <p className="waiting">Reading {host}…</p>;
  return <HostChecks answer={answer} isPage={false} />;
}

function HostChecks({ answer, isPage }: { answer: Answer<"showChecks">; isPage: boolean }) {
  const { host: one, findings, acts } = answer;
  const { host, at, by, trouble } = one;
  const of = (is: CheckFinding["is"]) => findings.filter((finding) => finding.is === is);
  const failing = of("fail").sort(
    (a, b) => Number(a.acknowledged !== null) - Number(b.acknowledged !== null),
  );
  const Title = isPage ? "h1" : "h2";
  return (
    <>
      <div className="bar">
        <Title>{printable(host, 100)}</Title>
        <span className="state-word">
          <Shape look={hostTold(one).look} />
          {hostTold(one).word}
        </span>
        <span className="dim">
          asked <When at={at} />
          {by !== null && ` by ${printable(by, 60)}`}
        </span>
        <CommandLine line={checkLine(host)} isCopiedByKey={isPage} />
      </div>
      {trouble !== null && <p>The last time it could not be asked: {printable(trouble, 500)}</p>}
      {[...failing, ...of("unknown")].map((finding) => (
        <Found key={finding.rule} host={host} finding={finding} />
      ))}
      <Rest says="pass" findings={of("pass")} />
      <Rest says="do not apply" findings={of("not-applicable")} />
      {acts.length > 0 && <Acts acts={acts} />}
    </>
  );
}

function Found({ host, finding }: { host: string; finding: CheckFinding }) {
  const now = useNow(60_000);
  const { rule, is, means, says, cause, evidence, remedy, mends, failsSince, acknowledged, lapsed } = finding;
  const { look, word } = findingTold(finding);
  return (
    <section className={`check-finding ${look}`} aria-label={rule}>
      <h3>
        <Shape look={look} /> {rule} <span className="word">{word}</span>
        {failsSince !== null && is === "fail" && (
          <span className="dim">
            {" "}
            since <When at={failsSince} />
          </span>
        )}
      </h3>
      <p>
        {printable(says, 500)} {cause !== null && <span className="dim">Cause: {printable(cause, 60)}.</span>}
      </p>
      {means !== null && <p className="dim">{means}</p>}
      {acknowledged !== null && (
        <p>
          {printable(
            `Acknowledged by ${acknowledged.by} until ${acknowledged.until}: ${acknowledged.reason}`,
            500,
          )}
        </p>
      )}
      {lapsed !== null && <p>{printable(`No longer acknowledged: ${lapsed}`, 500)}</p>}
      {evidence.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, and must do so by keyboard
        <pre tabIndex={0}>{evidence.map((line) => printable(line, 300)).join("\n")}</pre>
      )}
      {remedy !== null && <p>{printable(remedy, 1000)}</p>}
      <div className="act-row">
        <CommandLine line={checkLine(host, { rule, mends })} />
        {is === "fail" && acknowledged === null && <CommandLine line={acknowledgeLine(host, rule, now)} />}
      </div>
    </section>
  );
}

/** What needs nobody, folded. */
function Rest({ says, findings }: { says: string; findings: readonly CheckFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <details className="rest">
      <summary>{`${findings.length} ${says}`}</summary>
      <ul>
        {findings.map(({ rule, says: why, means }) => (
          <li key={rule}>
            <b>{rule}</b> <span className="dim">{printable(why === "" ? (means ?? "") : why, 300)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Acts({ acts }: { acts: Answer<"showChecks">["acts"] }) {
  return (
    <>
      <h3>Changed here</h3>
      <ul>
        {acts.map(({ at, by, did, rule, id }) => (
          <li key={`${id} ${did} ${at}`}>
            <When at={at} /> {printable(`${rule} ${did} by ${by}`, 200)} <code>{printable(id, 80)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
