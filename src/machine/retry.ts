import type { Story } from "../api/shapes.ts";
import type { Asked, Calls } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import type { InstallSubject } from "./core/install-methods.ts";
import type { WipeSubject } from "./wipe.ts";

type Asks = Pick<Calls, "showStory" | "install" | "rescue" | "wipe">;

/** Asks again for what failed or was cancelled, as it was asked: it is looked first, armed and begun anew. */
export async function retry(
  desk: Asks,
  note: (event: Observed) => void,
  { id }: Asked<"retryStory">,
  by: string,
): Promise<Story> {
  const old = await desk.showStory({ id }, by);
  const cannot = (why: string) => new Fault("story.no-retry", { id: `${id}`, why });
  if (old.state === "open") throw cannot("it is still under way");
  if (old.state === "done") throw cannot("it is done, and to do it once more is another wish");
  const again = AGAIN[old.kind];
  if (again === undefined) throw cannot(`nothing is known of a ${old.kind} that could be asked again`);
  const story = await again(desk, old, by, cannot);
  const says = `${by} asked again for the ${old.kind} of ${old.machine} (story ${id}): story ${story.id}`;
  const detail = { story: story.id, retryOf: id, by };
  note({ kind: "story.retried", at: story.at, machine: old.machine, says, detail });
  return story;
}

type Again = (desk: Asks, old: Story, by: string, cannot: (why: string) => Fault) => Promise<Story>;

const AGAIN: Readonly<Record<string, Again>> = {
  install: (desk, { machine: name, subject }, by, cannot) => {
    const { method = "installer", image, wish } = subject as unknown as InstallSubject;
    if (wish === undefined) throw cannot("how it was asked was not kept then");
    if (wish.ownPreseed) throw cannot("its preseed was served once and not kept, as it may hold secrets");
    const { profile, user, disks, recipe, keys } = wish;
    const asked = { name, method, image, recipe, disks: [...disks], keys: [...keys], despite: false };
    return desk.install(
      { ...asked, ...(profile !== null && { profile }), ...(user !== null && { user }) },
      by,
    );
  },
  rescue: (desk, { machine: name, subject }, by) => {
    const { key, now } = subject as { key: string; now: boolean };
    return desk.rescue({ name, key, now }, by);
  },
  wipe: (desk, { machine: name, subject }, by) => {
    const { disks, method, readBack, now } = subject as unknown as WipeSubject;
    return desk.wipe({ name, disks: [...disks], method, readBack, now }, by);
  },
};
