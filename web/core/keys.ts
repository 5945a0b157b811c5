/** The page's keys, as the help shows them. */
export const KEYS = [
  { keys: "/", does: "filter", says: "Filter what is listed" },
  { keys: "j", does: "next", says: "Next row" },
  { keys: "k", does: "previous", says: "Previous row" },
  { keys: "enter", does: "open", says: "Open the row" },
  { keys: "g m", does: "machines", says: "Go to the machines" },
  { keys: "g i", does: "images", says: "Go to the images" },
  { keys: "g s", does: "segments", says: "Go to the segments" },
  { keys: "g n", does: "installs", says: "Go to the installs, rescues and wipes" },
  { keys: "g c", does: "checks", says: "Go to the checks" },
  { keys: "g f", does: "benches", says: "Go to the benches" },
  { keys: "g b", does: "bisections", says: "Go to the bisections" },
  { keys: "l", does: "live", says: "Timeline: back to the newest" },
  { keys: "t", does: "type", says: "Type on the console" },
  { keys: "ctrl ]", does: "leave", says: "Leave the console" },
  { keys: "c", does: "copy", says: "Copy the command line shown" },
  { keys: "?", does: "help", says: "Show these keys" },
] as const;
export type Does = (typeof KEYS)[number]["does"];

/** One key after the other: `pending` is the first half of a pair such as `g m`. */
export function pressed(pending: string, key: string): { pending: string; does?: Does } {
  const whole = pending === "" ? key : `${pending} ${key}`;
  const row = KEYS.find(({ keys }) => keys === whole.toLowerCase() || keys === whole);
  if (row !== undefined) return { pending: "", does: row.does };
  if (KEYS.some(({ keys }) => keys.startsWith(`${whole} `))) return { pending: whole };
  return { pending: "" };
}
