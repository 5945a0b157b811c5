import type { BmcReport } from "../api/bmc-shapes.ts";
import type { ImageCheck, Machine } from "../api/shapes.ts";
import type { Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { type AnswersNeeds, answersFor } from "./answers.ts";
import { type Imaged, INSTALL_METHODS } from "./core/install-methods.ts";
import { type Found, judgeCheck, judgeConsole, judgeSerial } from "./core/preflight.ts";
import { type ImagedNeeds, readImaged } from "./imaged-wish.ts";
import type { DeskNeeds } from "./needs.ts";
import { refuse } from "./refuse.ts";
import type { Stories } from "./stories.ts";

export type LookNeeds = Pick<DeskNeeds, "requireImage"> &
  AnswersNeeds &
  ImagedNeeds & {
    readonly listRoots: () => Promise<readonly string[]>;
    readonly machine: (name: string) => Promise<Machine>;
    readonly checkOf: (image: string) => Promise<ImageCheck | null>;
    readonly readPower: (asked: Asked<"readPower">) => Promise<unknown>;
    readonly consoleOffer: (name: string) => Promise<BmcReport["console"]>;
  };
export type Wish = Omit<Asked<"install">, "despite">;
export type Looked = Found & { readonly fault?: Fault };
/** What an install would be, with all that was looked at, whether it speaks against it or not. */
export type Ready = {
  readonly machine: Machine;
  readonly image: string;
  readonly looked: readonly Looked[];
  readonly preseed: string | undefined;
  readonly imaged: Imaged | undefined;
};

/** Looks at everything, and touches nothing. */
export async function lookBefore(needs: LookNeeds, stories: Stories, asked: Wish): Promise<Ready> {
  const { name, method } = asked;
  const machine = await needs.machine(name);
  const { plan, image: usual, boots } = INSTALL_METHODS[method];
  const image = asked.image ?? usual;
  const wish = { ...asked, image };
  let preseed: string | undefined;
  let imaged: Imaged | undefined;
  const make = async () => {
    if (method === "imaged") imaged = await readImaged(needs, wish, machine);
    else preseed = await answersFor(needs, machine, wish);
  };
  const looks: readonly Promise<Looked[]>[] = [
    fine("story", `No other install of ${name} is under way.`, () => stories.refuseBeside(name)),
    fine("image", `${boots ?? image} is here.`, () => needs.requireImage(boots ?? image, plan)),
    method === "imaged" ? Promise.resolve([]) : needs.checkOf(image).then((check) => checked(image, check)),
    fine("bmc", `The BMC of ${name} answers.`, async () => {
      refuse("boot", machine);
      await needs.readPower({ name });
    }),
    needs.consoleOffer(name).then(
      (offer) => [judgeSerial(machine, offer)],
      () => [judgeSerial(machine, undefined)], // a BMC that does not answer is told of above
    ),
    Promise.resolve([judgeConsole(machine)]),
    fine("wish", "What is asked for can be done.", make),
    Promise.resolve(asked.disks.length > 0 ? [] : [NO_DISK]),
  ];
  return { machine, image, looked: (await Promise.all(looks)).flat(), preseed, imaged };
}

const NO_DISK: Looked = {
  ...{ id: "disk", is: "warn" },
  says: "No disk is named: the installer asks which one it may write to, unless the preseed says so.",
  remedy: "Name it: `--disk SERIAL`.",
};

/** What throws no fault is fine. */
async function fine(id: string, says: string, look: () => Promise<unknown>): Promise<Looked[]> {
  try {
    await look();
    return [{ id, is: "pass", says }];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ id, is: "fail", says: error.says, remedy: error.remedy, fault: error }];
  }
}

const checked = (image: string, check: ImageCheck | null): Looked[] =>
  judgeCheck(image, check).map((found) =>
    found.is === "fail" ? { ...found, fault: new Fault("install.image", { image, why: found.says }) } : found,
  );
