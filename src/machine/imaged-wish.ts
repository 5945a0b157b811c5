import type { Machine } from "../api/shapes.ts";
import type { Asked } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { readPublicKey } from "../hand/core/door.ts";
import { type DiskPlan, planDisks } from "../hand/core/imaging/disk-plan.ts";
import { USER } from "../hand/core/imaging/own-script.ts";
import type { Recipe } from "../hand/core/imaging/recipe.ts";
import type { RootFile } from "../hand/core/imaging/unpack-script.ts";
import type { Inventory } from "../hand/core/inventory.ts";
import type { Imaged } from "./core/install-methods.ts";
import type { Keeps } from "./needs.ts";

export type ImagedNeeds = {
  readonly recipes: () => Readonly<Record<string, Recipe>>;
  /** The packed Debian of that name, whole. */
  readonly requireRoot: (image: string) => Promise<RootFile>;
  readonly store: Pick<Keeps, "foundIn">;
};
type Wish = Omit<Asked<"install">, "despite"> & { readonly image: string };

/** What an imaged install is to do, all of it checked; what a hand saw of the disks before counts already here. */
export async function readImaged(needs: ImagedNeeds, wish: Wish, { serial }: Machine): Promise<Imaged> {
  const { name, image, disks, keys, user, preseed, profile } = wish;
  if (preseed !== undefined || profile !== undefined)
    throw wrong("A preseed or a profile is for the installer; an imaged install takes none.");
  const recipes = needs.recipes();
  const recipe = Object.hasOwn(recipes, wish.recipe) ? recipes[wish.recipe] : undefined;
  if (recipe === undefined)
    throw wrong(`There is no recipe called "${wish.recipe}"; there are ${Object.keys(recipes).join(", ")}.`);
  if (disks.length !== recipe.disks)
    throw wrong(`The recipe ${wish.recipe} wants ${recipe.disks} --disk SERIAL, there are ${disks.length}.`);
  if (keys.length === 0) throw wrong("Without --key nobody could come in: no password is set.");
  if (user !== undefined && !USER.test(user)) throw wrong(`"${user}" is no name of a user.`);
  const read = keys.map(readPublicKey);
  const odd = read.find((key) => !key.ok);
  if (odd !== undefined && !odd.ok) throw wrong(`A key cannot be taken: ${odd.flaw}.`);
  const root = await needs.requireRoot(image);
  await previewed(needs, name, { recipe, ids: disks });
  return {
    ...{ recipe, disks, root, serial, user: user ?? null },
    keys: read.flatMap((key) => (key.ok ? [key.value] : [])),
  };
}

/** By what is on record of the machine's disks; nothing when no hand has looked. */
async function previewed(
  needs: ImagedNeeds,
  name: string,
  { recipe, ids }: { recipe: Recipe; ids: readonly string[] },
): Promise<DiskPlan | undefined> {
  const found = await needs.store.foundIn(name);
  if (found === null) return undefined;
  const { disks, firmware } = found.told as unknown as Inventory;
  const plan = planDisks(recipe, { disks, ids, firmware });
  if (!plan.ok) throw new Fault("install.disks", { name, why: plan.flaw });
  return plan.value;
}

const wrong = (what: string): Fault => new Fault("use.wrong", { what, verb: "install" });
