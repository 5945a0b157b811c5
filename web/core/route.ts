/** Where in the page somebody is; the address bar says the same. */
export type Route =
  | { readonly at: "machines" }
  | { readonly at: "machine"; readonly name: string; readonly side?: Side }
  | { readonly at: "images" }
  | { readonly at: "segments" }
  | { readonly at: "segment"; readonly name: string }
  | { readonly at: "installs" }
  | { readonly at: "install"; readonly name: string } // its number
  | { readonly at: "checks" }
  | { readonly at: "checked"; readonly name: string } // a host, as it is named to check
  | { readonly at: "benches" }
  | { readonly at: "bench"; readonly name: string } // a run's id
  | { readonly at: "bisections" }
  | { readonly at: "bisection"; readonly name: string }
  | { readonly at: "nowhere"; readonly path: string };

const LISTS = ["machines", "images", "segments", "installs", "checks", "benches", "bisections"] as const;
export type List = (typeof LISTS)[number];
/** What one row of a list opens. */
const ONE = {
  machines: "machine",
  segments: "segment",
  installs: "install",
  checks: "checked",
  benches: "bench",
  bisections: "bisection",
} as const;
/** What else there is of one machine. */
export const SIDES = ["inventory", "checks", "bmc", "record"] as const;
export type Side = (typeof SIDES)[number];

export function readRoute(path: string): Route {
  const [first = "machines", second, third, ...rest] = path.split("/").filter(Boolean);
  const nowhere: Route = { at: "nowhere", path };
  const list = LISTS.find((one) => one === first);
  if (list === undefined || rest.length > 0) return nowhere;
  if (second === undefined) return { at: list };
  if (list === "images") return nowhere;
  const one: Route = { at: ONE[list], name: decoded(second) };
  if (third === undefined) return one;
  const side = SIDES.find((known) => known === third);
  return one.at === "machine" && side !== undefined ? { ...one, side } : nowhere;
}

/** The list that something is a row of. */
export const listOf = (one: (typeof ONE)[keyof typeof ONE]): List =>
  (Object.keys(ONE) as (keyof typeof ONE)[]).find((list) => ONE[list] === one)!;

export function pathOf(route: Route): string {
  if (route.at === "nowhere") return route.path;
  if (!("name" in route)) return `/${route.at}`;
  const side = "side" in route ? `/${route.side}` : "";
  return `/${listOf(route.at)}/${encodeURIComponent(route.name)}${side}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % in a typed address: the page then says that there is no such machine
  }
}
