import type { Failure } from "../../src/api/table.ts";
import { Shape } from "./shape.tsx";

/** What went wrong, what to do, and the fault's id. It stays until somebody has read it, and moves nothing. */
export function Notice({ failure, dismiss }: { failure: Failure | undefined; dismiss: () => void }) {
  return (
    <div className="notices" role="alert">
      {failure && (
        <div className="notice">
          <Shape look="bad" />
          <p>
            <strong>{failure.says}</strong> {failure.remedy} <code className="dim">{failure.id}</code>
          </p>
          <button type="button" className="quiet" onClick={dismiss}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
