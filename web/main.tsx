import "./without-eval.ts"; // first: zod asks when its schemas are made
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { openWorld } from "./ask/world-stream.ts";
import { WorldContext } from "./store.ts";
import "./style/base.css";
import "./style/frame.css";
import "./style/list.css";
import "./style/machine.css";
import "./style/timeline.css";
import "./style/console.css";
import "./style/side.css";
import "./style/checks.css";
import "./style/work.css";

createRoot(document.getElementById("page")!).render(
  <WorldContext value={openWorld()}>
    <App />
  </WorldContext>,
);
