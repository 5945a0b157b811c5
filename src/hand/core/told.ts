/** Of a text that a tool was to print: nothing when it is no JSON object. */
export function readJson<T>(text: string): Partial<T> | undefined {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === "object" && told !== null ? (told as Partial<T>) : undefined;
  } catch {
    return undefined;
  }
}
