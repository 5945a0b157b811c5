import { KEYS } from "../core/keys.ts";
import { Dialog } from "./dialog.tsx";

export function Help({ close }: { close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <h2>Keys</h2>
      <dl className="keys">
        {KEYS.map(({ keys, says }) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <p className="dim">
        On the console every key but ctrl-] goes to the machine; ctrl-shift-V pastes, ctrl-shift-C copies what
        is selected.
      </p>
      <div className="answers">
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
