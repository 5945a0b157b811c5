import type { Draft, Fields } from "../core/change-draft.ts";
import { Choice, Field } from "./act-dialog.tsx";

type Props<F extends string> = {
  readonly fields: Fields<F>;
  readonly shown: readonly F[];
  readonly draft: Draft<F>;
  readonly set: (field: F, text: string) => void;
};

/** The fields of a table, each chosen or typed; a secret is typed unseen and never filled in. */
export function DraftFields<F extends string>({ fields, shown, draft, set }: Props<F>) {
  return shown.map((field) => {
    const { says, options, hint, isSecret } = fields[field];
    const value = draft[field];
    if (options !== undefined)
      return <Choice key={field} {...{ says, value, options }} choose={(text) => set(field, text)} />;
    return (
      <Field key={field} says={says}>
        <input
          type={isSecret ? "password" : "text"}
          value={value}
          placeholder={hint}
          maxLength={255}
          autoComplete={isSecret ? "new-password" : "off"}
          spellCheck={false}
          onChange={(event) => set(field, event.target.value)}
        />
      </Field>
    );
  });
}
