/** Where in the page somebody is; the address bar says the same. */
export type Route =
  | { readonly at: "machines" }
  | { readonly at: "machine"; readonly name: string }
  | { readonly at: "images" }
  | { readonly at: "nowhere"; readonly path: string };

export function readRoute(path: string): Route {
  const parts = path.split("/").filter(Boolean);
  const [first, second] = parts;
  if (parts.length === 0 || (parts.length === 1 && first === "machines")) return { at: "machines" };
  if (parts.length === 1 && first === "images") return { at: "images" };
  if (parts.length === 2 && first === "machines") return { at: "machine", name: decoded(second!) };
  return { at: "nowhere", path };
}

export function pathOf(route: Route): string {
  if (route.at === "machine") return `/machines/${encodeURIComponent(route.name)}`;
  return route.at === "nowhere" ? route.path : `/${route.at}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray % in a typed address: the page then says that there is no such machine
  }
}
