import { quoted } from "../../base/quoted.ts";
import { FIX_LIBRARY } from "./fix-library.ts";
import type { PlannedStep } from "./plan-fix.ts";

/** A step as it is carried out: contents in base64, for they may be any bytes; null is no file. */
export type SetStep = PlannedStep;

/** Whose work it is: `owner` stands in the host's lock, `token` tells ours from another's. */
export type Hold = {
  readonly id: string;
  readonly mark: string;
  readonly token: string;
  readonly owner: string;
};

/** The whole script is read before any of it is done: half of one, when the way is lost, does nothing. */
const script = ({ id, mark, token, owner }: Hold, body: string): string =>
  `ID=${quoted(id)}; MARK=${quoted(mark)}; TOKEN=${quoted(token)}; OWNER=${quoted(owner)}
${FIX_LIBRARY}
main() {
${body}
}
main </dev/null
exit
`;

const BEGIN = `able; trap ended EXIT; trap 'exit 129' HUP INT TERM; lock`;

/** Locks, keeps, takes the steps, and leaves the lock for who looks whether it helped; what fails is taken back at once. */
export function applyScript(hold: Hold, steps: readonly SetStep[]): string {
  const paths = [...new Set(steps.flatMap((step) => ("write" in step ? [step.write] : step.keeps)))];
  return script(
    hold,
    `${BEGIN}
e=$(mkdir -p -m 700 $PLACE 2>&1) || refuse "nothing can be kept for the way back: $e"
[ "$(stat -c '%u %F' $PLACE)" = "0 directory" ] || refuse "$PLACE is not a directory of root's"
chmod 700 $PLACE
e=$(mkdir -m 700 "$D" 2>&1) || refuse "nothing can be kept for the way back: $e"
made=1
{ printf %s "$OWNER" >"$D/owner"; } 2>/dev/null || refuse "nothing can be kept for the way back: $PLACE has no room"
${paths.map((path, at) => `e=$(keep ${number(at)} ${quoted(path)} 2>&1) || kept "$e"`).join("\n")}
state begun && sync -f "$D" || refuse "nothing can be kept for the way back: $PLACE has no room"
begun=1
${steps.map(call).join("\n")}
for n in $(numbers); do left $n || { fail "$PLACE has no room"; exit 1; }; done
state applied || { fail "$PLACE has no room"; exit 1; }
settled=1; say applied`,
  );
}

const number = (at: number): string => `${at + 1}`.padStart(2, "0");

const call = (step: SetStep, at: number): string =>
  "write" in step
    ? `write ${quoted(step.write)} ${step.from ?? "-"} ${step.to ?? "-"} ${quoted(step.mode)} || exit 1`
    : `run ${number(at)} ${quoted(step.run)} ${quoted(step.undo)} || exit 1`;

/** It helped: the lock goes, the way back stays. */
export const settleScript = (hold: Hold): string =>
  script(hold, `able; lock\nstate fixed || say failed "$PLACE has no room"\nunlock; say fixed`);

/** The way back, also for what was cut off; `force` for what somebody has changed since. */
export const undoScript = (hold: Hold, force: boolean): string =>
  script(
    hold,
    `able; lock; trap unlock EXIT; trap 'exit 129' HUP INT TERM
[ -d "$D" ] && [ -f "$D/state" ] || { say unknown; exit 5; }
[ "$(cat "$D/state")" != undone ] || { say already; exit 0; }
${force ? "" : CHANGED}
if restore; then state undone || say failed "$PLACE has no room"; say undone; else say broken "$bad"; exit 1; fi`,
  );

const CHANGED = `odd=
for n in $(numbers); do
  if ! unchanged $n; then odd=1; a=$D/$n.after; [ -f "$a" ] || a=$D/$n.file; [ ! -e "$D/$n.gone" ] || a=
    printf '\\n%s changed %s %s %s\\n' "$MARK" "$(based "$D/$n.path")" "$(based "$a")" "$(based "$p")"; fi
done
[ -z "$odd" ] || exit 6`;

/** What of these paths is to be shown before it is changed. */
export const contentsScript = (mark: string, paths: readonly string[]): string =>
  script(
    { id: "none", mark, token: "", owner: "" },
    paths
      .map((path, at) => `p=${quoted(path)}; n=${at}\n${SHOW}`)
      .concat("say looked")
      .join("\n"),
  );
const SHOW = `if ! plain "$p"; then say link $n
elif [ -f "$p" ] && [ "$(stat -c %s "$p")" -gt 262144 ]; then say large $n
elif [ -f "$p" ] && [ ! -r "$p" ]; then say closed $n
elif [ -f "$p" ]; then printf '\\n%s file %s %s\\n' "$MARK" $n "$(based "$p")"
elif [ -e "$p" ]; then say odd $n
else say none $n; fi`;

export const listScript = (mark: string): string =>
  script(
    { id: "none", mark, token: "", owner: "" },
    `[ "$(id -u)" = 0 ] || refuse "only root can look, and sudo does not let us"
for d in $PLACE/*/; do
  [ -f "$d/state" ] || continue
  d=\${d%/}; say undo "\${d##*/} $(cat "$d/state") $(cat "$d/owner")"
done
say looked`,
  );
