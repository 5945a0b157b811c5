/**
 * A value as PostgreSQL's jsonb can hold it. Details of events carry strangers' bytes as text: jsonb refuses
 * U+0000 and lone surrogates, and one such event must not keep an agent's whole batch out for ever.
 */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(storable);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [storableText(key), storable(part)]));
}

/** U+0000 becomes the four characters `\x00`, a lone surrogate U+FFFD. */
export function storableText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding it is the purpose
  return text.replace(/\u0000/g, "\\x00").replace(/\p{Surrogate}/gu, "\ufffd");
}
