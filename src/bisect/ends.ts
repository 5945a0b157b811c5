import { Fault } from "../base/fault.ts";
import type { Settings } from "./core/settings.ts";
import type { Stage } from "./core/stage.ts";
import type { Mirror } from "./mirror.ts";

/** The commits that may have changed it, from the two refs that were typed; in words what was made of them. */
export async function firstStage(
  mirror: Mirror,
  { asked, paths, walk }: Pick<Settings, "asked" | "paths" | "walk">,
): Promise<{ stage: Stage; notes: string[] }> {
  const [old, newest] = [await mirror.commit(asked.old), await mirror.commit(asked.new)];
  if (old === newest) throw new Fault("bisect.ends-same", { old: asked.old, new: asked.new });
  const notes: string[] = [];
  let base = old;
  if (!(await mirror.isAncestor(old, newest))) {
    if (await mirror.isAncestor(newest, old))
      throw new Fault("bisect.ends-swapped", { old: asked.old, new: asked.new });
    const common = await mirror.base(old, newest);
    if (common === undefined) throw new Fault("bisect.unrelated", { old: asked.old, new: asked.new });
    base = common;
    notes.push(
      `${asked.old} is no ancestor of ${asked.new}: where they parted, ${base.slice(0, 12)}, is measured as the old end.`,
    );
  }
  const stage = await mirror.stage({ old, new: newest }, { paths, walk });
  if (stage.ids.length === 0) throw new Fault("bisect.nothing-between", { old: asked.old, new: asked.new });
  return { stage: { ...stage, old: base }, notes };
}
