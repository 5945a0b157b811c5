import { type ReactNode, useState } from "react";
import type { Failure } from "../../src/api/table.ts";
import type { Outcome } from "../ask/call.ts";
import { useWorld } from "../store.ts";
import { CommandLine } from "./command-line.tsx";
import { Question, TypedQuestion } from "./dialog.tsx";

type Asks = { readonly says: string; readonly yes: string; readonly no: string; readonly word?: string };
type Props<T> = {
  readonly label: string;
  readonly line: string; // the same in a terminal
  readonly because?: string | undefined; // why not now
  readonly asks?: Asks | undefined; // once, before it is done; with `word`, to be typed
  readonly isDanger?: boolean | undefined;
  readonly isCopiedByKey?: boolean | undefined;
  readonly act: () => Promise<Outcome<T>>;
  readonly done?: (value: T) => void;
  readonly failed: (failure: Failure) => void;
  readonly children?: ReactNode; // what it is done with, before its button
};

/** One act by itself: what it is done with, its button, the same in a terminal; why it cannot be done now, below. */
export function ActRow<T>({ label, line, asks, act, done, failed, ...rest }: Props<T>) {
  const { isDanger, isCopiedByKey, children } = rest;
  const [isAsking, setAsking] = useState(false);
  const [isUnderWay, setUnderWay] = useState(false);
  const isAway = useWorld().link.is === "away";
  const because = isAway ? "the service is away" : isUnderWay ? "it is under way" : rest.because;
  const run = async () => {
    setUnderWay(true);
    const outcome = await act();
    setUnderWay(false);
    if (outcome.ok) done?.(outcome.value);
    else failed(outcome.failure);
  };
  const answered = (isYes: boolean) => {
    setAsking(false);
    if (isYes) void run();
  };
  const press = () => {
    if (asks === undefined) void run();
    else setAsking(true);
  };
  return (
    <>
      <ButtonRow {...{ label, line, because, isDanger, isCopiedByKey, press }}>{children}</ButtonRow>
      {isAsking && asks && <Asking {...asks} answer={answered} />}
    </>
  );
}

type ButtonProps = Pick<
  Props<unknown>,
  "label" | "line" | "because" | "isDanger" | "isCopiedByKey" | "children"
> & { readonly press: () => void };

/** A button, the same in a terminal, and why it cannot be pressed now. */
export function ButtonRow({ label, line, because, isDanger, isCopiedByKey, press, children }: ButtonProps) {
  return (
    <>
      <div className="act-row">
        {children}
        <button
          type="button"
          className={isDanger ? "danger" : undefined}
          aria-disabled={because !== undefined}
          title={because && `not now: ${because}`}
          onClick={() => because === undefined && press()}
        >
          {label}
        </button>
        <CommandLine line={line} isCopiedByKey={isCopiedByKey ?? false} />
      </div>
      {because !== undefined && <p className="because">Not now: {because}.</p>}
    </>
  );
}

function Asking({ word, ...asks }: Asks & { answer: (isYes: boolean) => void }) {
  return word === undefined ? <Question {...asks} /> : <TypedQuestion {...asks} word={word} />;
}
