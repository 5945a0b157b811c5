/** Where in the page somebody is; the address bar says the same. */
export type Route =
  | { readonly at: "machines" }
  | { readonly at: "machine"; readonly name: string }
  | { readonly at: "images" }
  | { readonly at: "segments" }
  | { readonly at: "segment"; readonly name: string }
  | { readonly at: "installs" }
  | { readonly at: "nowhere"; readonly path: string };

const LISTS = ["machines", "images", "segments", "installs"] as const;
export type List = (typeof LISTS)[number];
/** What one row of a list opens. */
const ONE = { machines: "machine", segments: "segment" } as const;

export function readRoute(path: string): Route {
  const [first = "machines", second, ...rest] = path.split("/").filter(Boolean);
  const list = LISTS.find((one) => one === first);
  if (list !== undefined && second === undefined) return { at: list };
  if ((list === "machines" || list === "segments") && second !== undefined && rest.length === 0)
    return { at: ONE[list], name: decoded(second) };
  return { at: "nowhere", path };
}

export function pathOf(route: Route): string {
  if (route.at === "nowhere") return route.path;
  if (route.at === "machine" || route.at === "segment")
    return `/${route.at}s/${encodeURIComponent(route.name)}`;
  return `/${route.at}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % in a typed address: the page then says that there is no such machine
  }
}
