import type { KnownMachine } from "../api/agent.ts";
import { reason } from "../base/fault.ts";
import type { Mac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { DEFAULT_SERIAL, readSerialProfile, type SerialProfile } from "../base/serial-profile.ts";
import type { Client, FileAnswer } from "../boot/world.ts";
import { type Choice, choiceFor } from "./core/choice.ts";

/** An image that is open: its pristine directory, and its menus rendered for one machine. */
export type OpenImage = {
  readonly root: string;
  render(machine: { serial: SerialProfile; choice: Choice; base: string }): ReadonlyMap<string, Uint8Array>;
};

/** The virtual file tree, per client: rendered menus first, then the pristine files of the machine's own image. */
export class BootFiles {
  readonly #open: (image: string) => Promise<OpenImage>;
  readonly #images = new Map<string, Promise<OpenImage>>();
  readonly #machineOf: (mac: Mac) => KnownMachine | undefined;
  readonly #base: string;
  readonly #standard: string;

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
      const serial = machine === undefined ? DEFAULT_SERIAL : must(readSerialProfile(machine.serial));
      const bytes = image.render({ serial, choice: choiceFor(machine), base: this.#base }).get(path);
      return bytes === undefined ? { is: "file", root: image.root, path } : { is: "bytes", bytes };
    } catch (error) {
      return { is: "missing", because: reason(error) };
    }
  };

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
