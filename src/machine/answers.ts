import type { Image, Machine, MirrorStatus } from "../api/shapes.ts";
import { Fault } from "../base/fault.ts";
import { must } from "../base/read.ts";
import { readSerialProfile } from "../base/serial-profile.ts";
import { type DiskTarget, readDiskTarget } from "../image/core/disk-target.ts";
import type { PreseedOf, PreseedProfile } from "../image/core/preseed-profile.ts";
import { fillPreseed } from "../image/core/preseed-variables.ts";
import { diskAnswer, renderPreseed } from "../image/core/render-preseed.ts";
import { systemArchives } from "../image/system-mirror.ts";

export type AnswersNeeds = {
  readonly profiles: () => Readonly<Record<string, PreseedProfile>>; // of the settings, as they are now
  readonly listImages: () => Promise<Image[]>;
  readonly mirror: () => MirrorStatus | null;
};
export type AnswersWish = {
  readonly image: string;
  readonly profile?: string | undefined;
  readonly preseed?: string | undefined; // the operator's own
  readonly disks: readonly string[]; // as they were typed
};

const SUITES: Readonly<Record<string, string>> = { "debian-12": "bookworm", "debian-13": "trixie" };

/** The installer's answers for this machine; none when nothing was given to make them of. */
export async function answersFor(
  needs: AnswersNeeds,
  machine: Machine,
  wish: AnswersWish,
  hashes: "kept" | "hidden" = "kept",
): Promise<string | undefined> {
  const { profile: named, preseed, disks } = wish;
  if (disks.length > 1) throw wrong("The installer takes one --disk.");
  const [typed] = disks;
  const disk = typed === undefined ? undefined : diskOf(typed);
  if (named !== undefined && preseed !== undefined)
    throw wrong("A profile and a preseed of one's own do not go together.");
  if (named === undefined && preseed === undefined) {
    if (disk !== undefined) throw wrong("--disk belongs to a --profile or a --preseed, which is told of it.");
    return undefined;
  }
  const profile = named === undefined ? undefined : profileOf(needs, named, machine.name);
  const of = await factsOf(needs, machine, { image: wish.image, mirror: profile?.mirror });
  if (profile !== undefined) return renderPreseed(profile, of, { disk, hashes });
  const filled = fillPreseed(preseed!, of);
  if (!filled.ok) throw wrong(`In the preseed, ${filled.flaw}.`);
  return disk === undefined ? filled.value : `${filled.value.replace(/\n*$/, "\n")}${diskAnswer(disk)}`;
}

function diskOf(typed: string): DiskTarget {
  const read = readDiskTarget(typed);
  if (!read.ok) throw wrong(`--disk: ${read.flaw}.`);
  return read.value;
}

function profileOf({ profiles }: AnswersNeeds, name: string, machine: string): PreseedProfile {
  const known = profiles();
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found === undefined)
    throw new Fault("install.no-profile", { name, known: Object.keys(known).join(", ") || "none" });
  if (found.network.by === "static" && !Object.hasOwn(found.network.addresses, machine))
    throw wrong(`The profile ${name} has no address for ${machine} in its network.`);
  return found;
}

async function factsOf(
  { listImages, mirror }: AnswersNeeds,
  { name, macs, serial, segment }: Machine,
  asked: { readonly image: string; readonly mirror: string | undefined },
): Promise<PreseedOf> {
  const image = (await listImages()).find((one) => one.name === asked.image);
  const door = mirror()?.doors.find((one) => one.segment === segment);
  return {
    ...{ machine: name, mac: macs[0] ?? "", serial: must(readSerialProfile(serial)) },
    suite: image?.suite ?? SUITES[asked.image] ?? "stable",
    mirror: asked.mirror ?? door?.debian ?? (await ownMirror()),
  };
}

/** The one that this machine's apt uses. */
async function ownMirror(): Promise<string> {
  const debian = (await systemArchives()).find(({ name }) => name === "debian");
  if (debian === undefined)
    throw wrong("No mirror of Debian is known here: name one in the profile's `mirror`.");
  return debian.url;
}

const wrong = (what: string): Fault => new Fault("use.wrong", { what, verb: "install" });
