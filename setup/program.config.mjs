// `rolldown -c`: what `tsc` made, in a few files. Node starts them three times sooner than the 700 modules they are.
import { readdirSync } from "node:fs";
import { basename, relative } from "node:path";
import { HERE } from "./machine.mjs";

const [FROM, INTO] = [`${HERE}/dist`, `${HERE}/dist/program`];

/** A module's own place is where `tsc` left it: what it finds from there it finds still. */
const placesStay = {
  name: "places-stay",
  transform(code, path) {
    if (!path.startsWith(FROM) || !code.includes("import.meta.url")) return null;
    const place = JSON.stringify(relative(INTO, path));
    return code.replaceAll("import.meta.url", `new URL(${place}, import.meta.url).href`);
  },
};

/** The rules of `check` are what lies in their directory; here they come along, each import costs as much as what it does. */
const rulesComeAlong = {
  name: "rules-come-along",
  load(path) {
    if (path !== `${FROM}/check/own-rules.js`) return null;
    const files = readdirSync(`${FROM}/check/core/rules`).filter((file) => file.endsWith(".js"));
    const imports = files.map((file, i) => `import * as rule${i} from "./core/rules/${file}";`);
    const pairs = files.map((file, i) => `[${JSON.stringify(basename(file, ".js"))}, rule${i}]`);
    return `${imports.join("\n")}\nexport const ownRules = async () => [${pairs.join(", ")}];\n`;
  },
};

export default {
  input: `${FROM}/main.js`,
  platform: "node",
  external: ["koffi", "@resvg/resvg-js"], // native code stays where it is
  plugins: [rulesComeAlong, placesStay],
  output: {
    dir: INTO,
    cleanDir: true,
    format: "esm",
    entryFileNames: "rackhand.js",
    chunkFileNames: "[name]-[hash].js",
  },
};
