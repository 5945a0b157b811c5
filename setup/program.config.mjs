// `rolldown -c`: what `tsc` made, in a few files. Node starts them three times sooner than the 700 modules they are.
import { relative } from "node:path";
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

export default {
  input: `${FROM}/main.js`,
  platform: "node",
  external: ["koffi", "@resvg/resvg-js"], // native code stays where it is
  plugins: [placesStay],
  output: {
    dir: INTO,
    cleanDir: true,
    format: "esm",
    entryFileNames: "rackhand.js",
    chunkFileNames: "[name]-[hash].js",
  },
};
