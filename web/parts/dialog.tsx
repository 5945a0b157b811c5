import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

/** A modal question or page; escape closes it, and the focus goes back where it was. */
export function Dialog(props: { title: string; close: () => void; isWide?: boolean; children: ReactNode }) {
  const { title, close, isWide, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog ref={dialog} className={isWide ? "wide" : undefined} aria-label={title} onClose={close}>
      {children}
    </dialog>
  );
}

/** Asks once. The safe answer has the focus: enter by reflex changes nothing. */
export function Question(props: {
  says: string;
  shows?: string; // the text it is about
  yes: string;
  no: string;
  answer: (isYes: boolean) => void;
}) {
  return (
    <Dialog title={props.says} close={() => props.answer(false)}>
      <p>{props.says}</p>
      {props.shows !== undefined && <pre>{props.shows}</pre>}
      <div className="answers">
        {/* biome-ignore lint/a11y/noAutofocus: in a modal question the focus must be somewhere, and here it is safe */}
        <button type="button" autoFocus onClick={() => props.answer(false)}>
          {props.no}
        </button>
        <button type="button" className="danger" onClick={() => props.answer(true)}>
          {props.yes}
        </button>
      </div>
    </Dialog>
  );
}

/** What destroys wants the name typed: nobody does it to the machine next to the one that was meant. */
export function TypedQuestion(props: {
  says: string;
  word: string;
  yes: string;
  no: string;
  answer: (isYes: boolean) => void;
}) {
  const [typed, setTyped] = useState("");
  const isRight = typed.trim() === props.word;
  return (
    <Dialog title={props.says} close={() => props.answer(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) props.answer(true);
        }}
      >
        <p>{props.says}</p>
        <Typed word={props.word} typed={typed} type={setTyped} isFirst />
        <div className="answers">
          <button type="button" onClick={() => props.answer(false)}>
            {props.no}
          </button>
          <button type="submit" className="danger" aria-disabled={!isRight}>
            {props.yes}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Where the word is typed; `isFirst`: the focus begins here. */
export function Typed(props: {
  word: string;
  typed: string;
  type: (word: string) => void;
  isFirst?: boolean;
}) {
  return (
    <label className="typed">
      <span>
        Type <code>{props.word}</code> to go on
      </span>
      <input
        // biome-ignore lint/a11y/noAutofocus: in a dialog, once there is nothing else left to do
        autoFocus={props.isFirst}
        value={props.typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => props.type(event.target.value)}
      />
    </label>
  );
}
