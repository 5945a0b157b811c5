import type { KnownMachine } from "../api/agent.ts";
import { reason } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { PRIVATE } from "../base/private-path.ts";
import { must } from "../base/read.ts";
import { DEFAULT_SERIAL, readSerialProfile, type SerialProfile } from "../base/serial-profile.ts";
import type { Client, FileAnswer } from "../boot/world.ts";
import { isEfiLoader } from "../image/core/installer-tree.ts";
import { type Choice, choiceFor, type ForUnknown } from "./core/choice.ts";
import { ipxeLoader } from "./ipxe-loaders.ts";

type Wish = {
  readonly serial: SerialProfile;
  readonly redirected: boolean;
  readonly choice: Choice;
  readonly base: string;
  readonly words: readonly string[]; // for the kernel of the entry that boots by itself
};
/**
 * Nothing is asked before the preseed is there. Where DHCP tells neither a router nor a name server the
 * installer would wait for a person; without one it asks this machine's own, as any resolver does.
 */
const UNASKED = [
  ...["auto=true", "priority=critical"],
  ...["netcfg/no_default_route=true", "netcfg/get_nameservers=127.0.0.1"],
] as const;

/** An image that is open: its pristine directory, and its menus rendered for one machine. */
export type OpenImage = {
  readonly root: string;
  readonly generation: string; // another, when anything was replaced that it is made of
  /** Of an image that brings no loaders along: these are all there is, loaders come from the standard image. */
  readonly files?: ReadonlySet<string>;
  /** It is our live hand, which wants to know whom to ask. */
  readonly isHand?: boolean;
  /** Whether a loader that has this file has all that it came for. */
  readonly isLast: (path: string) => boolean;
  render(wish: Wish): ReadonlyMap<string, Uint8Array>;
};

/**
 * An image's name stands for its release. Of which architecture it is wanted, the path tells that a firmware's
 * loader asks for; BIOS and iPXE, whose paths do not, are x86.
 */
const archOf = (path: string): string => /^debian-installer\/([a-z0-9]+)\//.exec(path)?.[1] ?? "amd64";

/** shim, loaded by HTTP, asks for `//grubx64.efi` beside itself. */
const plain = (path: string): string => path.replaceAll(/\/{2,}/g, "/");

const MOST_RENDERED = 64;
/** How old the knowledge may be of which generation of an image is the present one. */
const LOOK_AGAIN_MS = 3000;

/** A boot that began with one generation's menu ends with its kernel and its initrd. */
const BOOT_MS = 15 * 60_000;
const MOST_BOOTS = 4096;

type Begun = { readonly image: OpenImage; readonly name: string; readonly at: number };
type Opened = { readonly image: OpenImage; lookedAt: number };

export type BootFilesNeeds = {
  readonly open: (image: string, arch: string) => Promise<OpenImage>;
  readonly generationOf: (image: string, arch: string) => Promise<string>; // its present one
  readonly loadersOf: (image: string, arch: string) => Promise<string>; // where UEFI's loaders for it come from
  readonly machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly base: (client: Client) => string; // URL of the HTTP boot service, at an address that it reaches
  readonly standard: string; // the image of machines without a plan
  readonly unknown: ForUnknown;
  readonly privateFiles: {
    readonly pathFor: (machine: KnownMachine) => string | undefined;
    readonly answer: (client: Client, path: string) => FileAnswer | Promise<FileAnswer>;
  };
  readonly handPathFor: (machine: KnownMachine) => string | undefined;
  readonly now: () => number;
};

/** The virtual file tree, per client: rendered menus first, then the pristine files of the machine's own image. */
export class BootFiles {
  readonly #needs: BootFilesNeeds;
  readonly #images = new Map<string, Promise<Opened>>();
  readonly #loaders = new Map<string, { readonly root: string; readonly lookedAt: number }>();
  readonly #begun = new Map<string, Begun>(); // by address and architecture, the latest last
  readonly #menus = new Map<string, ReadonlyMap<string, Uint8Array>>();

  constructor(needs: BootFilesNeeds) {
    this.#needs = needs;
  }

  readonly answer = async (client: Client, asked: string): Promise<FileAnswer> => {
    if (asked.startsWith(PRIVATE)) return this.#needs.privateFiles.answer(client, asked);
    const path = plain(asked);
    const chained = await ipxeLoader(path);
    if (chained !== undefined) return chained;
    const machine = this.#machineOf(client);
    try {
      const arch = archOf(path);
      const image = await this.#imageOf(machine, arch);
      const bytes = this.#rendered(image, machine, this.#needs.base(client)).get(path);
      if (bytes !== undefined) {
        this.#begin(`${arch} ${client.address}`, machine, image);
        return { is: "bytes", bytes };
      }
      if (image.files?.has(path)) return { is: "file", root: image.root, path };
      const installer = image.files === undefined ? machine?.plan?.image : undefined;
      const name = installer ?? this.#needs.standard;
      if (isEfiLoader(path)) return { is: "file", root: await this.#loadersOf(name, arch), path };
      const begun = this.#begun.get(`${arch} ${client.address}`);
      const goesOn = begun?.name === name && this.#needs.now() - begun.at < BOOT_MS;
      return { is: "file", root: (goesOn ? begun.image : await this.#image(name, arch)).root, path };
    } catch (error) {
      return { is: "missing", because: reason(error) };
    }
  };

  /** Whether a client that has this file has all that it came for. */
  readonly isLast = async (client: Client, asked: string): Promise<boolean> => {
    const path = plain(asked);
    return (await this.#imageOf(this.#machineOf(client), archOf(path))).isLast(path);
  };

  #machineOf({ mac }: Client): KnownMachine | undefined {
    return mac === undefined ? undefined : this.#needs.machineOf(mac);
  }

  #imageOf(machine: KnownMachine | undefined, arch: string): Promise<OpenImage> {
    return this.#image(this.#nameFor(machine), arch);
  }

  #begin(who: string, machine: KnownMachine | undefined, image: OpenImage): void {
    this.#begun.delete(who);
    this.#begun.set(who, { image, name: this.#nameFor(machine), at: this.#needs.now() });
    if (this.#begun.size > MOST_BOOTS) this.#begun.delete(this.#begun.keys().next().value!);
  }

  #nameFor(machine: KnownMachine | undefined): string {
    return machine?.plan?.image ?? this.#needs.standard;
  }

  /** One machine asks for dozens of files in a boot: its menus are rendered for the first one. */
  #rendered(
    image: OpenImage,
    machine: KnownMachine | undefined,
    base: string,
  ): ReadonlyMap<string, Uint8Array> {
    const serial = machine === undefined ? DEFAULT_SERIAL : must(readSerialProfile(machine.serial));
    const redirected = machine?.redirected ?? false;
    const { now, unknown } = this.#needs;
    const choice = choiceFor(machine, { now: now(), unknown });
    const words = machine !== undefined && "entry" in choice ? this.#wordsFor(machine, image, base) : [];
    const wish: Wish = { serial, redirected, choice, base, words };
    const key = JSON.stringify([image.generation, wish]);
    const known = this.#menus.get(key);
    if (known !== undefined) return known;
    const menus = image.render(wish);
    if (this.#menus.size >= MOST_RENDERED) this.#menus.clear();
    this.#menus.set(key, menus);
    return menus;
  }

  /** The Installation Guide's words for a preseed on the network (B.2.3). */
  #wordsFor(machine: KnownMachine, image: OpenImage, base: string): readonly string[] {
    const hand = image.isHand ? this.#needs.handPathFor(machine) : undefined;
    if (hand !== undefined)
      return [`rackhand.hand=${base}${hand}`, `rackhand.nics=${machine.macs.join(",")}`];
    const path = this.#needs.privateFiles.pathFor(machine);
    return path === undefined ? [] : [...UNASKED, `url=${base}${path}`];
  }

  async #loadersOf(image: string, arch: string): Promise<string> {
    const [key, now] = [`${arch} ${image}`, this.#needs.now()];
    const known = this.#loaders.get(key);
    if (known !== undefined && now - known.lookedAt < LOOK_AGAIN_MS) return known.root;
    const root = await this.#needs.loadersOf(image, arch);
    this.#loaders.set(key, { root, lookedAt: now });
    return root;
  }

  /** Opened once, and anew when another generation took its place; a failure is forgotten and tried again. */
  async #image(name: string, arch: string): Promise<OpenImage> {
    const key = `${arch} ${name}`;
    const known = await this.#images.get(key);
    const now = this.#needs.now();
    if (known !== undefined && now - known.lookedAt < LOOK_AGAIN_MS) return known.image;
    if (known !== undefined && (await this.#needs.generationOf(name, arch)) === known.image.generation) {
      known.lookedAt = now;
      return known.image;
    }
    const opening = this.#needs.open(name, arch).then((image) => ({ image, lookedAt: now }));
    this.#images.set(key, opening);
    opening.catch(() => this.#images.delete(key));
    return (await opening).image;
  }
}
