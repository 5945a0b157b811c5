import { readdir } from "node:fs/promises";
import { basename } from "node:path";

const HERE = new URL("core/rules/", import.meta.url);
const CODE = /(?<!\.d)(?<!\.test)\.(?:ts|js)$/;

/** The modules of `core/rules/`, by their names. In the program they are a part of it (setup/program.config.mjs). */
export async function ownRules(): Promise<readonly (readonly [name: string, module: object])[]> {
  const files = (await readdir(HERE)).filter((file) => CODE.test(file));
  return Promise.all(
    files.map(
      async (file) => [basename(file).replace(CODE, ""), await import(new URL(file, HERE).href)] as const,
    ),
  );
}
