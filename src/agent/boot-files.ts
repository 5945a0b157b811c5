import type { KnownMachine } from "../api/agent.ts";
import { reason } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { DEFAULT_SERIAL, readSerialProfile, type SerialProfile } from "../base/serial-profile.ts";
import type { Client, FileAnswer } from "../boot/world.ts";
import { type Choice, choiceFor } from "./core/choice.ts";

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

/** The virtual file tree, per client: rendered menus first, then the pristine files of the machine's own image. */
export class BootFiles {
  readonly #open: (image: string) => Promise<OpenImage>;
  readonly #images = new Map<string, Promise<OpenImage>>();
  readonly #machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly #base: string;
  readonly #standard: string;
  readonly #menus = new Map<string, ReadonlyMap<string, Uint8Array>>();

  constructor(needs: {
    open: (image: string) => Promise<OpenImage>;
    machineOf: (mac: Mac) => KnownMachine | undefined;
    base: string; // URL of the HTTP boot service
    standard: string; // the image of machines without a plan
  }) {
    this.#open = needs.open;
    this.#machineOf = needs.machineOf;
    this.#base = needs.base;
    this.#standard = needs.standard;
  }

  readonly answer = async (client: Client, path: string): Promise<FileAnswer> => {
    const machine = client.mac === undefined ? undefined : this.#machineOf(client.mac);
    const name = machine?.plan?.image ?? this.#standard;
    try {
      const image = await this.image(name);
      const bytes = this.#rendered(name, image, machine).get(path);
      return bytes === undefined ? { is: "file", root: image.root, path } : { is: "bytes", bytes };
    } catch (error) {
      return { is: "missing", because: reason(error) };
    }
  };

  /** One machine asks for dozens of files in a boot: its menus are rendered for the first one. */
  #rendered(
    name: string,
    image: OpenImage,
    machine: KnownMachine | undefined,
  ): ReadonlyMap<string, Uint8Array> {
    const serial = machine === undefined ? DEFAULT_SERIAL : must(readSerialProfile(machine.serial));
    const redirected = machine?.redirected ?? false;
    const wish: Wish = { serial, redirected, choice: choiceFor(machine), base: this.#base };
    const key = JSON.stringify([name, wish]);
    const known = this.#menus.get(key);
    if (known !== undefined) return known;
    const menus = image.render(wish);
    if (this.#menus.size >= MOST_RENDERED) this.#menus.clear();
    this.#menus.set(key, menus);
    return menus;
  }

  /** Opened once; a failure is forgotten, so the next request tries again. */
  image(name: string): Promise<OpenImage> {
    const known = this.#images.get(name);
    if (known !== undefined) return known;
    const opening = this.#open(name);
    this.#images.set(name, opening);
    opening.catch(() => this.#images.delete(name));
    return opening;
  }
}
