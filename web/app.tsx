import { useCallback, useState } from "react";
import type { Failure } from "../src/api/table.ts";
import { type List, listOf, type Route } from "./core/route.ts";
import { BenchList } from "./parts/bench-list.tsx";
import { BenchPage } from "./parts/bench-page.tsx";
import { BisectionList } from "./parts/bisection-list.tsx";
import { BisectionPage } from "./parts/bisection-page.tsx";
import { CheckList } from "./parts/check-list.tsx";
import { CheckPage } from "./parts/check-page.tsx";
import { Help } from "./parts/help.tsx";
import { ImageList } from "./parts/image-list.tsx";
import { LinkState } from "./parts/link-state.tsx";
import { MachineList } from "./parts/machine-list.tsx";
import { MachinePage } from "./parts/machine-page.tsx";
import { Notice } from "./parts/notice.tsx";
import { SegmentList } from "./parts/segment-list.tsx";
import { SegmentPage } from "./parts/segment-page.tsx";
import { StoryList } from "./parts/story-list.tsx";
import { StoryPage } from "./parts/story-page.tsx";
import { useKeys } from "./parts/use-keys.ts";
import { go, Link, useRoute } from "./router.tsx";

const PAGES: readonly { readonly at: List; readonly says: string }[] = [
  { at: "machines", says: "Machines" },
  { at: "installs", says: "Installs" },
  { at: "segments", says: "Segments" },
  { at: "images", says: "Images" },
  { at: "checks", says: "Checks" },
  { at: "benches", says: "Benches" },
  { at: "bisections", says: "Bisections" },
];

const isUnder = (route: Route, list: List): boolean =>
  route.at === list || ("name" in route && listOf(route.at) === list);

export function App() {
  const route = useRoute();
  const [isHelping, setHelping] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const dismiss = useCallback(() => setFailure(undefined), []);
  useKeys({
    help: () => setHelping(true),
    machines: () => go({ at: "machines" }),
    images: () => go({ at: "images" }),
    segments: () => go({ at: "segments" }),
    installs: () => go({ at: "installs" }),
    checks: () => go({ at: "checks" }),
    benches: () => go({ at: "benches" }),
    bisections: () => go({ at: "bisections" }),
  });
  return (
    <>
      <header className="frame">
        <Link to={{ at: "machines" }} className="wordmark">
          Rackhand
        </Link>
        <nav aria-label="Pages">
          {PAGES.map(({ at, says }) => (
            <Link key={at} to={{ at }} aria-current={isUnder(route, at) ? "page" : undefined}>
              {says}
            </Link>
          ))}
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
        {route.at === "machines" && <MachineList failed={setFailure} />}
        {route.at === "machine" && (
          <MachinePage key={route.name} name={route.name} side={route.side} failed={setFailure} />
        )}
        {route.at === "images" && <ImageList failed={setFailure} />}
        {route.at === "segments" && <SegmentList />}
        {route.at === "segment" && <SegmentPage key={route.name} name={route.name} failed={setFailure} />}
        {route.at === "installs" && <StoryList />}
        {route.at === "install" && <StoryPage key={route.name} id={route.name} failed={setFailure} />}
        {route.at === "checks" && <CheckList />}
        {route.at === "checked" && <CheckPage key={route.name} host={route.name} />}
        {route.at === "benches" && <BenchList />}
        {route.at === "bench" && <BenchPage key={route.name} id={route.name} />}
        {route.at === "bisections" && <BisectionList />}
        {route.at === "bisection" && <BisectionPage key={route.name} name={route.name} />}
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
