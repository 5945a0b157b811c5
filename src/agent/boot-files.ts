import type { KnownMachine } from "../api/agent.ts";
import { reason } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { DEFAULT_SERIAL, readSerialProfile, type SerialProfile } from "../base/serial-profile.ts";
import type { Client, FileAnswer } from "../boot/world.ts";
import { type Choice, choiceFor, type ForUnknown } from "./core/choice.ts";

type Wish = {
  readonly serial: SerialProfile;
  readonly redirected: boolean;
  readonly choice: Choice;
  readonly base: string;
};
/** An image that is open: its pristine directory, and its menus rendered for one machine. */
export type OpenImage = {
  readonly root: string;
  render(wish: Wish): ReadonlyMap<string, Uint8Array>;
};

const MOST_RENDERED = 64;
/** How old the knowledge may be of which generation of an image is the present one. */
const LOOK_AGAIN_MS = 3000;

type Opened = { readonly image: OpenImage; lookedAt: number };

export type BootFilesNeeds = {
  readonly open: (image: string) => Promise<OpenImage>;
  readonly rootOf: (image: string) => Promise<string>; // of its present generation
  readonly machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly base: string; // URL of the HTTP boot service
  readonly standard: string; // the image of machines without a plan
  readonly unknown: ForUnknown;
  readonly now: () => number;
};

/** The virtual file tree, per client: rendered menus first, then the pristine files of the machine's own image. */
export class BootFiles {
  readonly #needs: BootFilesNeeds;
  readonly #images = new Map<string, Promise<Opened>>();
  readonly #menus = new Map<string, ReadonlyMap<string, Uint8Array>>();

  constructor(needs: BootFilesNeeds) {
    this.#needs = needs;
  }

  readonly answer = async (client: Client, path: string): Promise<FileAnswer> => {
    const machine = client.mac === undefined ? undefined : this.#needs.machineOf(client.mac);
    try {
      const image = await this.#image(machine?.plan?.image ?? this.#needs.standard);
      const bytes = this.#rendered(image, machine).get(path);
      return bytes === undefined ? { is: "file", root: image.root, path } : { is: "bytes", bytes };
    } catch (error) {
      return { is: "missing", because: reason(error) };
    }
  };

  /** One machine asks for dozens of files in a boot: its menus are rendered for the first one. */
  #rendered(image: OpenImage, machine: KnownMachine | undefined): ReadonlyMap<string, Uint8Array> {
    const serial = machine === undefined ? DEFAULT_SERIAL : must(readSerialProfile(machine.serial));
    const redirected = machine?.redirected ?? false;
    const { now, unknown } = this.#needs;
    const wish: Wish = {
      serial,
      redirected,
      choice: choiceFor(machine, { now: now(), unknown }),
      base: this.#needs.base,
    };
    const key = JSON.stringify([image.root, wish]);
    const known = this.#menus.get(key);
    if (known !== undefined) return known;
    const menus = image.render(wish);
    if (this.#menus.size >= MOST_RENDERED) this.#menus.clear();
    this.#menus.set(key, menus);
    return menus;
  }

  /** Opened once, and anew when another generation took its place; a failure is forgotten and tried again. */
  async #image(name: string): Promise<OpenImage> {
    const known = await this.#images.get(name);
    const now = this.#needs.now();
    if (known !== undefined && now - known.lookedAt < LOOK_AGAIN_MS) return known.image;
    if (known !== undefined && (await this.#needs.rootOf(name)) === known.image.root) {
      known.lookedAt = now;
      return known.image;
    }
    const opening = this.#needs.open(name).then((image) => ({ image, lookedAt: now }));
    this.#images.set(name, opening);
    opening.catch(() => this.#images.delete(name));
    return (await opening).image;
  }
}
