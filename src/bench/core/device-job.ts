/** A job that was made ready (job-text.ts), looked at and turned for where it is to run. */

const word = (line: string): readonly [string, string] => {
  const [, name = "", value = ""] = /^\s*(\w+)\s*=?\s*(.*?)\s*$/.exec(line) ?? [];
  return [name, value];
};

/**
 * Whether anything may be written. What is not plainly a reading job counts as one that writes: an unknown
 * word, a variable, a recorded log that is played back.
 */
export function jobWrites(text: string): boolean {
  return text.split("\n").some((line) => {
    const [name, value] = word(line);
    if (name === "read_iolog") return true;
    return (name === "rw" || name === "readwrite") && !/^(?:rand)?read(?::\d+)?$/.test(value);
  });
}

/** What names a file, or does away with one: a device needs none of it. */
const OF_FILES =
  /^(?:directory|filename\w*|file_service_type|nrfiles|unlink\w*|create_\w+|fallocate|filesize)$/;
const MIB = 2 ** 20;

/**
 * The same job on a device: every process opens it instead of files. Jobs that had files of their own have
 * parts of their own: the device is cut into as many as there are jobs, unless one says where it begins.
 */
export function ontoDevice(
  text: string,
  { node, bytes }: { readonly node: string; readonly bytes: number },
): string {
  const sections = text.split(/^(?=\[)/m);
  const jobs = sections.filter((section) => !section.startsWith("[global]")).length;
  const part = Math.floor(bytes / jobs / MIB) * MIB;
  const saysWhere = text.split("\n").some((line) => /^offset/.test(word(line)[0]));
  let at = 0;
  return sections
    .map((section) => {
      const kept = section.split("\n").filter((line) => !OF_FILES.test(word(line)[0]) && line.trim() !== "");
      if (section.startsWith("[global]")) return [...kept, `filename=${node}`].join("\n");
      const where = saysWhere ? [] : [`offset=${at}`];
      at += part;
      return [...kept, `filename=${node}`, ...where].join("\n");
    })
    .join("\n\n")
    .concat("\n");
}
