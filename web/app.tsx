import { useCallback, useState } from "react";
import type { Failure } from "../src/api/table.ts";
import { Help } from "./parts/help.tsx";
import { ImageList } from "./parts/image-list.tsx";
import { LinkState } from "./parts/link-state.tsx";
import { MachineList } from "./parts/machine-list.tsx";
import { MachinePage } from "./parts/machine-page.tsx";
import { Notice } from "./parts/notice.tsx";
import { useKeys } from "./parts/use-keys.ts";
import { go, Link, useRoute } from "./router.tsx";

export function App() {
  const route = useRoute();
  const [isHelping, setHelping] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const dismiss = useCallback(() => setFailure(undefined), []);
  useKeys({
    help: () => setHelping(true),
    machines: () => go({ at: "machines" }),
    images: () => go({ at: "images" }),
  });
  const isAt = (at: "machines" | "images") => (route.at === at ? "page" : undefined);
  return (
    <>
      <header className="frame">
        <Link to={{ at: "machines" }} className="wordmark">
          Rackhand
        </Link>
        <nav aria-label="Pages">
          <Link to={{ at: "machines" }} aria-current={isAt("machines")}>
            Machines
          </Link>
          <Link to={{ at: "images" }} aria-current={isAt("images")}>
            Images
          </Link>
        </nav>
        <LinkState />
        <button
          type="button"
          className="quiet"
          aria-label="Keys"
          aria-keyshortcuts="?"
          onClick={() => setHelping(true)}
        >
          <span className="keys-word">Keys </span>
          <kbd>?</kbd>
        </button>
      </header>
      <main>
        {route.at === "machines" && <MachineList />}
        {route.at === "machine" && <MachinePage key={route.name} name={route.name} failed={setFailure} />}
        {route.at === "images" && <ImageList />}
        {route.at === "nowhere" && (
          <section className="empty">
            <h1>There is no page at {route.path}</h1>
            <p>
              <Link to={{ at: "machines" }}>The machines are here.</Link>
            </p>
          </section>
        )}
      </main>
      <Notice failure={failure} dismiss={dismiss} />
      {isHelping && <Help close={() => setHelping(false)} />}
    </>
  );
}
