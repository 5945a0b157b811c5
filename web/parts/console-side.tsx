import type { Machine } from "../../src/api/shapes.ts";
import { useParam } from "../router.tsx";
import { useWorld } from "../store.ts";
import { ConsolePane } from "./console-pane.tsx";
import { RecordingPane } from "./recording-pane.tsx";
import type { ChosenEvent } from "./use-chosen-event.ts";
import { useKeys } from "./use-keys.ts";

/** The console as it is, or as it was when the chosen event happened. */
export function ConsoleSide({ machine, chosen }: { machine: Machine; chosen: ChosenEvent }) {
  const { timeline } = useWorld();
  const [file, setFile] = useParam("recording");
  const event = timeline?.events.find(({ id }) => id === chosen.selected);
  const isPlaying = event !== undefined || file !== "";
  const live = () => {
    setFile("");
    chosen.select(undefined);
  };
  useKeys({ live });
  return (
    <div className="console-side">
      <ConsolePane machine={machine} isHidden={isPlaying} play={() => setFile("newest")} />
      {isPlaying && (
        <RecordingPane machine={machine.name} at={event?.at} file={file} choose={setFile} live={live} />
      )}
    </div>
  );
}
