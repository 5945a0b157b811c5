/** One paragraph of a Debian control file: its fields by lower-case name (deb822(5)). */
export type Stanza = ReadonlyMap<string, string>;

/** Every stanza of a text. Lines that are comments are left out; a line that is no field ends nothing. */
export function readStanzas(text: string): Stanza[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith("#"));
  const stanzas: Map<string, string>[] = [];
  let fields = new Map<string, string>();
  let last = "";
  for (const line of [...lines, ""]) {
    const field = /^([A-Za-z0-9-]+):[ \t]*(.*)$/.exec(line);
    if (field !== null) {
      last = field[1]!.toLowerCase();
      fields.set(last, field[2]!.trimEnd());
    } else if (/^[ \t]+\S/.test(line)) {
      if (last !== "") fields.set(last, `${fields.get(last)}\n${line.trimEnd()}`);
    } else if (line.trim() === "") {
      if (fields.size > 0) stanzas.push(fields);
      fields = new Map();
      last = "";
    }
  }
  return stanzas;
}
