import { flaw, ok, type Read } from "../../src/base/read.ts";
import { shellWord } from "./disk-choice.ts";

/** What somebody has in hand to change: each field as the text that stands in it; one left empty stays as it is. */
export type Field = {
  readonly says: string;
  readonly flag: string; // the same in a terminal
  readonly options?: readonly (readonly [value: string, says: string])[]; // not given: it is typed
  readonly hint?: string;
  readonly isList?: true; // several, with spaces between
  readonly isSecret?: true; // is written and never shown
};
export type Fields<F extends string> = Readonly<Record<F, Field>>;
export type Draft<F extends string> = Readonly<Record<F, string>>;
type Both<F extends string> = { readonly before: Draft<F>; readonly draft: Draft<F> };
type Shape<T> = {
  safeParse(
    given: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
};

export const changedOf = <F extends string>(fields: Fields<F>, { before, draft }: Both<F>): readonly F[] =>
  (Object.keys(fields) as F[]).filter((field) => {
    const text = draft[field].trim();
    return text !== "" && text !== before[field];
  });

export const listed = (text: string): string[] => text.trim().split(/\s+/);

/** As the API takes it, or its own words why it does not. */
export function changeOf<F extends string, T>(
  fields: Fields<F>,
  both: Both<F>,
  { shape, as }: { shape: Shape<T>; as: { readonly [K in F]?: (text: string) => unknown } },
): Read<T> {
  const given = changedOf(fields, both).map((field) => {
    const text = both.draft[field].trim();
    return [field, as[field]?.(text) ?? text] as const;
  });
  const read = shape.safeParse(Object.fromEntries(given));
  if (read.success) return ok(read.data);
  const { path, message } = read.error.issues[0]!;
  return flaw(`${fields[path[0] as F].says}: ${message}`);
}

/** `serial console becomes ttyS0,115200n8 (it is ttyS1,115200n8)`, of each that changes. */
export const becomes = <F extends string>(fields: Fields<F>, both: Both<F>): string =>
  changedOf(fields, both)
    .map((field) => {
      const { says, isSecret } = fields[field];
      const was = both.before[field];
      if (isSecret) return `${lower(says)} becomes what is typed here`;
      return `${lower(says)} becomes ${both.draft[field].trim()}${was === "" ? "" : ` (it is ${was})`}`;
    })
    .join(", ");

export const lower = (says: string): string =>
  says.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());

/** Its words of a command line; a secret has none. */
export const flagsOf = <F extends string>(fields: Fields<F>, both: Both<F>): string[] =>
  changedOf(fields, both).flatMap((field) => {
    const { flag, isList, isSecret } = fields[field];
    const text = both.draft[field].trim();
    if (isSecret) return [flag];
    return (isList ? listed(text) : [text]).flatMap((one) => [flag, shellWord(one)]);
  });
