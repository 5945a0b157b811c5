import { useState } from "react";
import { whyNot } from "../../src/api/can.ts";
import type { Machine, PowerAct } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { call, type Outcome } from "../ask/call.ts";
import { armOffer, bootOffer, localOffer, type Offer, powerOffers, workOffers } from "../core/acts.ts";
import { useWorld } from "../store.ts";
import { useImages } from "./use-images.ts";
import type { Work } from "./work-door.tsx";

/** An act on the page: what it offers, why it cannot be done now, and the doing. */
export type Doable = {
  readonly offer: Offer;
  readonly because: string | undefined;
  readonly act: (() => Promise<Outcome<unknown>>) | Work; // or a dialog that asks for more
};
export type Acts = {
  readonly boot: Doable;
  readonly others: readonly Doable[];
  readonly works: readonly Doable[];
  readonly powers: readonly Doable[];
  readonly images: readonly string[];
  readonly image: string;
  readonly choose: (image: string) => void;
  readonly running: string | undefined;
  readonly run: (doable: Doable) => Promise<void>;
};

export function useActs(machine: Machine, failed: (failure: Failure) => void): Acts {
  const { images, image, because: noImage, choose } = useImageChoice(machine);
  const [running, setRunning] = useState<string>();
  const { name } = machine;
  const isAway = useWorld().link.is === "away";
  const busy = isAway ? "the service is away" : running && `${running} is under way`;
  const doable = (offer: Offer, act: Doable["act"], lack?: string): Doable => ({
    offer,
    because: busy ?? whyNot(offer.act, machine) ?? lack,
    act,
  });
  const arm = (now: boolean) => () => call("armPlan", { name, plan: "installer", image, now });
  return {
    boot: doable(bootOffer(machine, image), arm(true), noImage),
    others: [
      doable(armOffer(machine, image), arm(false), noImage),
      doable(localOffer(machine), () => call("armPlan", { name, plan: "local" })),
    ],
    works: Object.entries(workOffers(machine)).map(([work, offer]) => doable(offer, work as Work)),
    powers: powerOffers(machine).map((offer) =>
      doable(offer, () => call("setPower", { name, act: offer.act as PowerAct })),
    ),
    images,
    image,
    choose,
    running,
    run: async ({ offer, act }) => {
      if (typeof act === "string") return;
      setRunning(offer.label);
      const outcome = await act();
      setRunning(undefined);
      if (!outcome.ok) failed(outcome.failure);
    },
  };
}

/** The image that the plan names, or the first there is; without one the installer cannot be booted. */
function useImageChoice(machine: Machine) {
  const [chosen, choose] = useState<string>();
  const { images: answer } = useImages();
  const installers = answer?.ok ? answer.value.images.filter(({ kind }) => kind === "installer") : [];
  const images = installers.map(({ name }) => name);
  const wanted = chosen ?? machine.plan?.image ?? "debian-12";
  const image = images.includes(wanted) ? wanted : (images[0] ?? wanted);
  const isMissing = answer?.ok === true && images.length === 0;
  return {
    images: images.length === 0 ? [image] : images,
    image,
    choose,
    because: isMissing ? "no image is on the service's machine" : undefined,
  };
}
