import { useRef, useState } from "react";
import { whyNot } from "../../src/api/can.ts";
import type { Machine } from "../../src/api/shapes.ts";
import { linesIn } from "../../src/base/text.ts";
import { size } from "../../src/base/units.ts";
import type { ConsoleView } from "../core/console-view.ts";
import { clock } from "../core/moment.ts";
import { useKept } from "../store.ts";
import { Question } from "./dialog.tsx";
import { Keyboard } from "./keyboard.tsx";
import { Shape } from "./shape.tsx";
import { useConsole } from "./use-console.ts";
import { useKeys } from "./use-keys.ts";
import { useFit } from "./use-screen.ts";

type Props = {
  readonly machine: Machine;
  readonly isHidden: boolean; // behind a recording; what it shows goes on, and so does who has the keyboard
  readonly play: () => void;
};

/** The machine's console: 80 columns, one writer, and above it who that is. */
export function ConsolePane({ machine, isHidden, play }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const keyboard = useRef<HTMLButtonElement>(null);
  const [who, setWho] = useKept("rackhand.who", "somebody");
  const [isLarge, setLarge] = useState(false);
  const [pasted, setPasted] = useState<string>();
  const cannot = whyNot("console", machine);
  const attached = useConsole({ machine: machine.name, who, isThere: machine.bmc !== null }, box, {
    manyLines: setPasted,
    left: () => keyboard.current?.focus(),
  });
  const { view, screen } = attached;
  useFit(screen, box, isLarge);
  useKeys({ type: () => screen?.focus() });
  return (
    <section className="console" aria-label={`Console of ${machine.name}`} hidden={isHidden}>
      <div className="bar">
        <h2>Console</h2>
        <Keyboard console={attached} first={keyboard} cannot={cannot} />
      </div>
      <div className="glass">
        <div className={view.link === "live" ? "screen" : "screen stale"} ref={box} />
        {screen === undefined && <p className="waiting">Loading the terminal…</p>}
      </div>
      <LineState cannot={cannot} view={view} />
      <div className="console-foot">
        <Who who={who} setWho={setWho} />
        <button type="button" className="quiet narrow-only" onClick={() => setLarge(!isLarge)}>
          {isLarge ? "Fit the width" : "Larger"}
        </button>
        <button type="button" className="quiet" onClick={play}>
          Recordings
        </button>
        <span className="dim">
          <kbd>ctrl ]</kbd> leaves the console
        </span>
      </div>
      {pasted !== undefined && (
        <Question
          says={`Paste ${linesIn(pasted)} lines? Each may run as a command at once.`}
          shows={pasted}
          yes={`Paste ${linesIn(pasted)} lines`}
          no="Do not paste"
          answer={(isYes) => {
            setPasted(undefined);
            if (isYes) screen?.paste(pasted);
          }}
        />
      )}
    </section>
  );
}

/** One line, always there: whether the screen is live, and if not, since when and why. */
function LineState({ cannot, view }: { cannot: string | undefined; view: ConsoleView }) {
  const isFine = view.link === "live" && view.line?.attached !== false && cannot === undefined;
  return (
    <p className="line-state" role="status">
      <Shape look={isFine ? "good" : view.link === "connecting" && cannot === undefined ? "busy" : "bad"} />
      <span>{lineWords(view, cannot)}</span>
    </p>
  );
}

function lineWords({ link, line, gap, away, skipped }: ConsoleView, cannot: string | undefined): string {
  if (cannot !== undefined) return `Not attached: ${cannot}.`;
  if (link === "connecting") return "Connecting to the console…";
  if (away) return `Cut off since ${clock(away.since)}, ${away.because}. It is tried again by itself.`;
  if (line?.attached === false) return `Not attached: ${line.because ?? "the BMC gives no reason"}.`;
  if (skipped > 0)
    return `Attached. ${size(skipped)} came too fast for this page and were left out; the recording has them.`;
  if (gap === undefined) return "Attached; everything is recorded.";
  return `Attached. Cut off from ${clock(gap.from)} to ${clock(gap.to)}: what was said between is in the recording.`;
}

/** The name that others see beside the keyboard; it is sent when somebody has finished typing it. */
function Who({ who, setWho }: { who: string; setWho: (who: string) => void }) {
  const [draft, setDraft] = useState(who);
  const settle = () => setWho(draft.trim().slice(0, 100) || who);
  return (
    <label className="who">
      <span className="dim">Others see you as</span>
      <input
        value={draft}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => event.key === "Enter" && settle()}
      />
    </label>
  );
}
