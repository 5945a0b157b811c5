import { useCallback, useState } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { CommandLine } from "./command-line.tsx";
import { Question } from "./dialog.tsx";
import { type Doable, useActs } from "./use-acts.ts";
import { useKeys } from "./use-keys.ts";
import { type Work, WorkDoor } from "./work-door.tsx";

/** What can be done with a machine now; below it, always in the same place, what the act in hand does. */
export function ActsBar({ machine, failed }: { machine: Machine; failed: (failure: Failure) => void }) {
  const acts = useActs(machine, failed);
  const [inHand, take] = useState<string>();
  const [asking, setAsking] = useState<Doable>();
  const [work, open] = useState<Work>();
  const close = useCallback(() => open(undefined), []);
  useKeys({ copy: () => document.querySelector<HTMLElement>("[data-copies]")?.click() });
  const press = (doable: Doable) => {
    take(doable.offer.label);
    if (doable.because !== undefined) return; // the reason now stands below
    if (typeof doable.act === "string") open(doable.act);
    else if (doable.offer.asks) setAsking(doable);
    else void acts.run(doable);
  };
  const all = [acts.boot, ...acts.others, ...acts.works, ...acts.powers];
  const shown = all.find(({ offer }) => offer.label === inHand) ?? acts.boot;
  const button = (doable: Doable) => (
    <ActButton key={doable.offer.act + doable.offer.label} doable={doable} take={take} press={press} />
  );
  return (
    <section className="acts" aria-label="Acts">
      <div className="act-row">
        <ActButton doable={acts.boot} isPrimary take={take} press={press} />
        <select aria-label="Image to boot" value={acts.image} onChange={(e) => acts.choose(e.target.value)}>
          {acts.images.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {acts.others.map(button)}
        {acts.works.map(button)}
        <div className="power-acts">{acts.powers.map(button)}</div>
      </div>
      <Consequence doable={shown} />
      {work && <WorkDoor {...{ machine, work, close, failed }} />}
      {asking?.offer.asks && (
        <Question
          {...asking.offer.asks}
          answer={(isYes) => {
            setAsking(undefined);
            if (isYes) void acts.run(asking);
          }}
        />
      )}
    </section>
  );
}

/** Greyed acts keep the focus and say why: an act that is merely absent teaches nothing. */
function ActButton(props: {
  doable: Doable;
  isPrimary?: boolean;
  take: (label: string) => void;
  press: (doable: Doable) => void;
}) {
  const { offer, because } = props.doable;
  const says = because === undefined ? offer.does : `not now: ${because}`;
  const take = () => props.take(offer.label);
  return (
    <button
      type="button"
      className={props.isPrimary ? "primary" : undefined}
      aria-disabled={because !== undefined}
      aria-description={says}
      title={says}
      onPointerEnter={take}
      onFocus={take}
      onClick={() => props.press(props.doable)}
    >
      {offer.label}
      {props.isPrimary && <span className="consequence">{says}</span>}
    </button>
  );
}

function Consequence({ doable: { offer, because } }: { doable: Doable }) {
  return (
    <div className="consequence-line">
      <p aria-live="polite">
        <strong>{offer.label}</strong>{" "}
        {because === undefined ? (
          `${offer.does}. ${offer.more ?? ""}`
        ) : (
          <span className="because">cannot be done now: {because}.</span>
        )}
      </p>
      <CommandLine line={offer.line} isCopiedByKey />
    </div>
  );
}
