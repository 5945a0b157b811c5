import type { Act } from "../../src/api/can.ts";
import type { Machine, PowerAct } from "../../src/api/shapes.ts";

/** An act as the page offers it: what it is called, what it will do, the same in a terminal, what it asks once. */
export type Offer = {
  readonly act: Act;
  readonly label: string;
  readonly does: string; // the consequence, as a sentence's rest: "power-cycles m1 through its BMC"
  readonly more?: string; // what else somebody should know before, as a sentence
  readonly line: string; // the command line
  readonly asks?: { readonly says: string; readonly yes: string; readonly no: string };
};

const LOST = "What runs on it stops at once and unsaved work is lost; this cannot be undone.";

export function powerOffers(m: Machine): readonly Offer[] {
  const line = (act: PowerAct) => `rackhand power ${m.name} ${act}`;
  const keep = "Leave it as it is";
  return [
    { act: "on", label: "Power on", does: `switches ${m.name} on through its BMC`, line: line("on") },
    {
      act: "soft",
      label: "Shut down",
      does: `asks the system on ${m.name} to shut down; it may take minutes, or refuse`,
      line: line("soft"),
    },
    {
      act: "soft-or-off",
      label: "Shut down, else off",
      does: `asks the system on ${m.name} to shut down, and cuts its power when it has not within 60 s`,
      line: `rackhand power ${m.name} off --soft --then-hard`,
      asks: {
        says: `Shut ${m.name} down, and cut its power after 60 s? ${LOST}`,
        yes: `Shut ${m.name} down`,
        no: keep,
      },
    },
    {
      act: "off",
      label: "Power off",
      does: `cuts the power of ${m.name} at once`,
      line: line("off"),
      asks: { says: `Cut the power of ${m.name}? ${LOST}`, yes: `Power ${m.name} off`, no: keep },
    },
    {
      act: "cycle",
      label: "Power cycle",
      does: `cuts the power of ${m.name}, then switches it on again`,
      line: line("cycle"),
      asks: { says: `Power-cycle ${m.name}? ${LOST}`, yes: `Power-cycle ${m.name}`, no: keep },
    },
    {
      act: "reset",
      label: "Reset",
      does: `restarts ${m.name} at once, with the power kept on`,
      line: line("reset"),
      asks: { says: `Reset ${m.name}? ${LOST}`, yes: `Reset ${m.name}`, no: keep },
    },
  ];
}

/** What a boot through the BMC does to a machine as it is now, as a sentence. */
export const powerWords = ({ name, power }: Machine): string =>
  power === "off" ? `${name} is switched on.` : `${name} is power-cycled: what runs on it stops at once.`;

/** What runs on a machine is asked for first. */
function bootNow(m: Machine, what: string, offer: Pick<Offer, "label" | "more" | "line">): Offer {
  const isOff = m.power === "off";
  const says = `Power-cycle ${m.name} and boot ${what}? ${LOST}`;
  return {
    ...{ act: "boot", ...offer },
    does: `${isOff ? `switches ${m.name} on` : `power-cycles ${m.name}`} through its BMC`,
    ...(!isOff && { asks: { says, yes: `Power-cycle ${m.name} and boot`, no: "Leave it as it is" } }),
  };
}

export const bootOffer = (m: Machine, image: string): Offer =>
  bootNow(m, `the ${titleOf(image)} installer`, {
    label: `Boot ${titleOf(image)} installer`,
    more: "Its disks stay as they are until somebody answers the installer.",
    line: `rackhand boot ${m.name} installer --image ${image} --now`,
  });

export const liveOffer = (m: Machine): Offer =>
  bootNow(m, "the live hand", {
    label: "Boot the live hand",
    more: "The live hand runs in memory, looks at the hardware and writes to no disk.",
    line: `rackhand boot ${m.name} live --now`,
  });

/** Acts that want to know more before they are done. */
export function workOffers({ name }: Machine): Readonly<Record<"install" | "rescue" | "wipe", Offer>> {
  return {
    install: {
      act: "boot",
      label: "Install…",
      does: `asks what goes onto which disk, looks first, then installs Debian on ${name} until its login is seen`,
      line: `rackhand install ${name} --watch`,
    },
    rescue: {
      act: "arm",
      label: "Rescue…",
      does: `boots the live hand on ${name} with ssh for your key alone; its disks are not touched`,
      line: `rackhand rescue ${name}`,
    },
    wipe: {
      act: "arm",
      label: "Wipe…",
      does: `asks which disks of ${name} to erase, by serial number, and reads back that they are`,
      line: `rackhand wipe ${name} SERIAL`,
    },
  };
}

export const armOffer = (m: Machine, image: string): Offer => ({
  act: "arm",
  label: "Arm only",
  does: `${m.name} gets the ${titleOf(image)} installer, once, when it next asks the network`,
  line: `rackhand boot ${m.name} installer --image ${image}`,
});

export const localOffer = (m: Machine): Offer => ({
  act: "arm",
  label: "Arm disk boot",
  does: `${m.name} is sent to its own disk when it next asks the network`,
  line: `rackhand boot ${m.name} local`,
});

/** `debian-12` is "Debian 12" on screens; other names stay as they are. */
export const titleOf = (image: string): string =>
  image.replace(/^debian-(\d+)$/, (_, release: string) => `Debian ${release}`);
