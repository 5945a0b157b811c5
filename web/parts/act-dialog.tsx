import type { ReactNode } from "react";
import { useState } from "react";
import type { Failure } from "../../src/api/table.ts";
import type { Outcome } from "../ask/call.ts";
import { useWorld } from "../store.ts";
import { CommandLine } from "./command-line.tsx";
import { Dialog } from "./dialog.tsx";
import { Shape } from "./shape.tsx";

type Props<T> = {
  readonly title: string;
  readonly consequence: string; // what it does, as a sentence
  readonly line: string;
  readonly because: string | undefined; // why it cannot be gone on with yet
  readonly yes: string;
  readonly isDanger: boolean;
  readonly act: () => Promise<Outcome<T> | undefined>; // nothing: the dialog goes on
  readonly done: (value: T) => void;
  readonly close: () => void;
  readonly children: ReactNode;
};

/** What wants to be told more is asked for in it. What the service refuses is said here, and can be mended here. */
export function ActDialog<T>({
  title,
  consequence,
  line,
  yes,
  isDanger,
  act,
  done,
  close,
  children,
  ...rest
}: Props<T>) {
  const [isUnderWay, setUnderWay] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const isAway = useWorld().link.is === "away";
  const because = isAway ? "the service is away" : isUnderWay ? "it is under way" : rest.because;
  const submit = async () => {
    if (because !== undefined) return;
    setUnderWay(true);
    setFailure(undefined);
    const outcome = await act();
    setUnderWay(false);
    if (outcome?.ok === false) setFailure(outcome.failure);
    if (outcome?.ok !== true) return;
    close();
    done(outcome.value);
  };
  return (
    <Dialog title={title} close={close} isWide>
      <form
        className="work"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>{title}</h2>
        {children}
        <p className="will">{consequence}</p>
        <CommandLine line={line} />
        <div role="alert">
          {failure !== undefined && (
            <p className="refused">
              <Shape look="bad" /> <b>{failure.says}</b> {failure.remedy}{" "}
              <code className="dim">{failure.id}</code>
            </p>
          )}
        </div>
        <p className="because" role="status">
          {because === undefined ? "" : `Not yet: ${because}.`}
        </p>
        <div className="answers">
          <button type="button" onClick={close}>
            Not now
          </button>
          <button
            type="submit"
            className={isDanger ? "danger" : "primary"}
            aria-disabled={because !== undefined}
          >
            {yes}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** One thing that is chosen: its name, and beside it what it is chosen with. */
export function Field({ says, children }: { says: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: its control is what stands in it
    <label className="field">
      <span>{says}</span>
      {children}
    </label>
  );
}

type Option = readonly [value: string, says: string];
type ChoiceProps = {
  says: string;
  value: string;
  options: readonly Option[];
  choose: (value: string) => void;
};

export function Choice({ says, value, options, choose }: ChoiceProps) {
  return (
    <Field says={says}>
      <select value={value} onChange={(event) => choose(event.target.value)}>
        {options.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </Field>
  );
}
