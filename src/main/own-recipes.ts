import { RECIPES, type Recipe } from "../hand/core/imaging/recipe.ts";
import type { Settings } from "../settings/core/settings.ts";

/** The built-in disk recipes and the settings'; one of the same name stands in place of ours. */
export function ownRecipes(settings: Settings["recipe"]): Record<string, Recipe> {
  const own = Object.entries(settings).map(([name, { disks, group, volume }]): [string, Recipe] => [
    name,
    {
      disks,
      group: group ?? null,
      volumes: volume.map(({ mount, size, as }) => ({ mount, bytes: size, as })),
    },
  ]);
  return { ...RECIPES, ...Object.fromEntries(own) };
}
