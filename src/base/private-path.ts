/** Where the HTTP boot service has what only one boot may fetch: `private/TOKEN/preseed.cfg`. */
export const PRIVATE = "private/";

/** A token in words that are kept: its first digits tell which one it was, the rest is secret. */
export const withoutTokens = (text: string): string => text.replace(/([0-9a-f]{8})[0-9a-f]{24,}/gi, "$1…");
