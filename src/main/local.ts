import type { Finding, Local } from "../cli/world.ts";
import { holdRack } from "../rack/hold.ts";
import { lacks } from "./doctor.ts";
import { checkImage, fetchImage, imagesIn, serialImage } from "./images.ts";
import type { Place } from "./place.ts";
import { runRackAgent } from "./rack-agent.ts";
import { rackDown, rackState, rackUp } from "./rack-verbs.ts";
import { serve } from "./serve.ts";
import { start } from "./start.ts";

/** The work that needs no running service. */
export function localWork(place: Place, stopped: AbortSignal): Local {
  return {
    serve: (options) => serve(options, place, stopped),
    start: (options) => start(options, place, stopped),
    rackUp: (options) => rackUp(place, options),
    rackStatus: () => rackState(place),
    rackDown: () => rackDown(place),
    rackHold: async (options) => {
      await holdRack(JSON.parse(options));
      return 0;
    },
    agent: ({ state, loader }) => runRackAgent(state, loader, stopped),
    images: () => imagesIn(place.state),
    checkImage: (image): Promise<Finding[]> => checkImage(image, place.state),
    fetchImage: (image, progress) => fetchImage(image, place.state, { progress, signal: stopped }),
    serialImage,
    doctor: async () => lacks(place.packages),
  };
}
