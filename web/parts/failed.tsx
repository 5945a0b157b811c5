import type { Failure } from "../../src/api/table.ts";
import { Shape } from "./shape.tsx";

/** A question that got no answer, in the place where the answer would stand. */
export function Failed({ failure, ask }: { failure: Failure; ask: () => void }) {
  return (
    <div className="failed" role="alert">
      <p>
        <Shape look="bad" /> <strong>{failure.says}</strong> {failure.remedy}{" "}
        <code className="dim">{failure.id}</code>
      </p>
      <button type="button" onClick={ask}>
        Ask again
      </button>
    </div>
  );
}
