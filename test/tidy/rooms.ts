/** The architecture as a table. To change a row, write down why in docs/decisions/. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  boot: ["base"],
  image: ["base"],
  bmc: ["base"],
  console: ["base"],
  mirror: ["base"],
  rack: ["base"],
  settings: ["base"],
  store: ["base"],
  export: ["base"],
  story: ["base"],
  hand: ["base"],
  api: ["base"],
  agent: ["base", "api", "boot", "bmc", "console", "image", "hand"],
  machine: ["base", "api", "image", "story"], // and other rooms' cores
  serve: ["base", "api"],
  cli: ["base", "api"],
  web: ["base", "api"],
  main: [
    "base",
    "api",
    "boot",
    "image",
    "mirror",
    "bmc",
    "console",
    "rack",
    "store",
    "export",
    "agent",
    "machine",
    "settings",
    "serve",
    "cli",
  ],
};

/** Packages that only one room may name. */
export const ONLY_IN: Readonly<Record<string, string>> = {
  pg: "store",
  kysely: "store",
  koffi: "boot",
  fastify: "serve",
  react: "web",
  "smol-toml": "settings",
};
