import { join } from "node:path";
import { newestGeneration } from "./generations.ts";

const NAME = /^([a-z0-9][a-z0-9.-]{0,62})\/([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})$/;

/** `IMAGE/FILE`, of the newest generation of what is kept under that name. */
export async function generationFile(stateDirectory: string, name: string) {
  const missing = { is: "missing", because: "there is no such file" } as const;
  const [, image, path] = NAME.exec(name) ?? [];
  if (image === undefined || path === undefined) return missing;
  const newest = await newestGeneration(join(stateDirectory, "images", image));
  return newest === undefined ? missing : ({ is: "file", root: newest.tree, path } as const);
}
