/** Who may type: one writer at a time, everybody may watch, taking over is an act of its own. */
export type Viewer = { readonly viewer: string; readonly who: string };
export type Keyboard = { readonly writer: Viewer | undefined };
export type Key =
  | { readonly do: "type" | "take" | "leave"; readonly by: Viewer }
  | { readonly do: "gone"; readonly by: Pick<Viewer, "viewer"> };
export type Turn = {
  readonly keyboard: Keyboard;
  readonly changed: boolean;
  readonly may: boolean; // whether the bytes go to the machine
  readonly from?: Viewer; // who lost the keyboard by it
};

export const NOBODY: Keyboard = { writer: undefined };

export function press(now: Keyboard, key: Key): Turn {
  const holds = now.writer?.viewer === key.by.viewer;
  if (key.do === "gone" || key.do === "leave") {
    return { keyboard: holds ? NOBODY : now, changed: holds, may: false };
  }
  if (holds) return { keyboard: now, changed: false, may: true };
  if (key.do === "type" && now.writer !== undefined) return { keyboard: now, changed: false, may: false };
  const turn = { keyboard: { writer: key.by }, changed: true, may: true };
  return now.writer === undefined ? turn : { ...turn, from: now.writer };
}
