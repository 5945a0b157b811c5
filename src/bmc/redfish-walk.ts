import type { z } from "zod";
import type { BmcAddress } from "./bmc.ts";
import { collection, manager, readAs, type System, system } from "./core/redfish-shapes.ts";
import type { Redfish } from "./redfish-session.ts";
import { refused, understood } from "./refusals.ts";

type Link = { readonly "@odata.id": string };
/** Finds its way in one BMC's tree; what it keeps are paths, which do not change while it runs. */
export type Walk = {
  readonly redfish: Redfish;
  get<T>(shape: z.ZodType<T>, link: Link, signal?: AbortSignal): Promise<T>;
  members(link: Link, signal?: AbortSignal): Promise<readonly Link[]>;
  system(signal?: AbortSignal): Promise<{ system: System; etag: string | undefined }>;
  manager(signal?: AbortSignal): Promise<z.infer<typeof manager>>;
};

const MOST_PAGES = 8;
const MOST_MEMBERS = 64;

export function walk(at: BmcAddress, redfish: Redfish): Walk {
  let systemLink: Link | undefined;

  const fetch = (link: Link, signal?: AbortSignal) =>
    redfish.ask({ method: "GET", path: link["@odata.id"] }, signal);

  async function get<T>(shape: z.ZodType<T>, link: Link, signal?: AbortSignal): Promise<T> {
    return understood(at, link["@odata.id"], readAs(shape, (await fetch(link, signal)).body));
  }

  async function members(link: Link, signal?: AbortSignal): Promise<readonly Link[]> {
    const found: Link[] = [];
    let next: Link | undefined = link;
    for (let page = 0; next !== undefined && page < MOST_PAGES && found.length < MOST_MEMBERS; page += 1) {
      const read: z.infer<typeof collection> = await get(collection, next, signal);
      found.push(...read.Members);
      const more = read["Members@odata.nextLink"];
      next = more === undefined ? undefined : { "@odata.id": more };
    }
    return found.slice(0, MOST_MEMBERS);
  }

  async function theSystem(signal?: AbortSignal): Promise<Link> {
    const systems = await members((await redfish.root(signal)).Systems, signal);
    const [only, ...others] = systems;
    if (only === undefined) throw refused(at, "Systems", "it has no system");
    if (others.length > 0) {
      const names = systems.map((one) => one["@odata.id"].split("/").at(-1)).join(", ");
      throw refused(at, "Systems", `it has several systems (${names}), and one BMC is one machine here`);
    }
    return only;
  }

  return {
    redfish,
    get,
    members,
    async system(signal) {
      systemLink ??= await theSystem(signal);
      const answer = await fetch(systemLink, signal);
      const read = understood(at, systemLink["@odata.id"], readAs(system, answer.body));
      const header = answer.headers.etag;
      return { system: read, etag: typeof header === "string" ? header : read["@odata.etag"] };
    },
    async manager(signal) {
      const { system } = await this.system(signal);
      const root = await redfish.root(signal);
      const own = system.Links?.ManagedBy?.[0];
      const link = own ?? (root.Managers && (await members(root.Managers, signal))[0]);
      if (link === undefined) throw refused(at, "Managers", "it has no manager");
      return get(manager, link, signal);
    },
  };
}
