import { type ReactNode, useLayoutEffect, useRef } from "react";

/** A modal question or page; escape closes it, and the focus goes back where it was. */
export function Dialog({
  title,
  close,
  children,
}: {
  title: string;
  close: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={close}>
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
