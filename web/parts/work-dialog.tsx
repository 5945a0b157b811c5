import type { ComponentProps } from "react";
import type { Story } from "../../src/api/shapes.ts";
import { go } from "../router.tsx";
import { ActDialog } from "./act-dialog.tsx";

/** What long work is asked for in: its story opens then. */
export const WorkDialog = (props: Omit<ComponentProps<typeof ActDialog<Story>>, "done">) => (
  <ActDialog {...props} done={({ id }) => go({ at: "install", name: `${id}` })} />
);
