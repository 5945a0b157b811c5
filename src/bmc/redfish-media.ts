import { Fault } from "../base/fault.ts";
import type { Bmc, BmcAddress } from "./bmc.ts";
import type { Clock } from "./clock.ts";
import { type Media, media } from "./core/redfish-shapes.ts";
import type { Walk } from "./redfish-walk.ts";
import type { Turns } from "./turns.ts";

type Needs = {
  readonly at: BmcAddress;
  readonly way: Walk;
  readonly clock: Clock;
  readonly turns: Turns;
};
const READ_BACK_PAUSES_MS = [0, 500, 1000, 2000, 4000, 8000]; // it may fetch the image's first bytes before

/** A CD drive whose disc is an image at a URL. */
export function virtualMedia({
  at,
  way,
  clock,
  turns,
}: Needs): Required<Pick<Bmc, "insertMedia" | "ejectMedia">> {
  async function drive(signal?: AbortSignal): Promise<Media> {
    const { system } = await way.system(signal);
    const link = system.VirtualMedia ?? (await way.manager(signal)).VirtualMedia;
    for (const one of link === undefined ? [] : await way.members(link, signal)) {
      const found = await way.get(media, one, signal);
      if (found.MediaTypes?.some((type) => type === "CD" || type === "DVD")) return found;
    }
    throw new Fault("bmc.cannot", { machine: at.machine, what: "insert a disc", speaks: "this Redfish" });
  }

  async function change(act: "insert" | "eject", image: string | null, signal?: AbortSignal): Promise<void> {
    const found = await drive(signal);
    const name = act === "insert" ? "#VirtualMedia.InsertMedia" : "#VirtualMedia.EjectMedia";
    const target = found.Actions?.[name]?.target;
    const wish = act === "insert" ? { Image: image } : {};
    if (target !== undefined) await way.redfish.ask({ method: "POST", path: target, body: wish }, signal);
    else {
      // before 2017 there were no actions: the property itself is changed
      const body = { Image: image, Inserted: image !== null };
      await way.redfish.ask({ method: "PATCH", path: found["@odata.id"], body }, signal);
    }
    await isIn(found, image, signal);
  }

  async function isIn(found: Media, image: string | null, signal?: AbortSignal): Promise<void> {
    let last: Media = found;
    for (const wait of READ_BACK_PAUSES_MS) {
      await clock.pause(wait, signal);
      last = await way.get(media, found, signal);
      if (image === null ? last.Inserted !== true : last.Inserted === true && last.Image === image) return;
    }
    const says = last.Inserted ? (last.Image ?? "a disc") : "an empty drive";
    throw new Fault("bmc.not-confirmed", { machine: at.machine, act: "the virtual disc", found: says });
  }

  return {
    insertMedia: (url, signal) => turns(() => change("insert", url, signal)),
    ejectMedia: (signal) => turns(() => change("eject", null, signal)),
  };
}
