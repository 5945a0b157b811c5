import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { type Database, openDatabase, type Where } from "./database.ts";
import { type Declarations, declarationsIn } from "./declare-machines.ts";
import { type Discovered, discoveredIn } from "./discovered.ts";
import { type Events, eventsIn } from "./events.ts";
import { type FoundInMachines, foundInMachinesIn } from "./found-in-machines.ts";
import { installedIn, type KeepsInstalled } from "./installed.ts";
import type { Log } from "./log.ts";
import { type Machines, machinesIn } from "./machines.ts";
import { migrate } from "./migrations/migrate.ts";
import { type Plans, plansIn } from "./plans.ts";
import { openPrivateServer, type PrivateServer } from "./private-server.ts";
import { openSecrets } from "./secrets.ts";
import { type Segments, segmentsIn } from "./segments.ts";
import { type Stories, storiesIn } from "./stories.ts";
import { openStoryHome, type StoryHome } from "./story-home.ts";
import { type Ways, waysIn } from "./ways.ts";
import { type Webhooks, webhooksIn } from "./webhooks.ts";

/** What survives a restart. */
export type Store = Segments &
  Machines &
  Declarations &
  Discovered &
  Plans &
  Ways &
  Webhooks &
  FoundInMachines &
  KeepsInstalled &
  Events &
  Stories & {
    /** Where this process claims stories: a connection of its own, closed by whoever opened it. */
    openStories(leaseMs?: number): StoryHome;
    close(): Promise<void>;
  };

/** `directory` is the service's state directory; with a `url` (DATABASE_URL) only its key is there. */
export type StoreWishes = {
  readonly directory: string;
  readonly url?: string | undefined;
  readonly log?: Log;
};

export async function openStore({ directory, url, log = () => {} }: StoreWishes): Promise<Store> {
  const home = url === undefined ? await openHome(join(directory, "postgresql"), log) : elsewhere(url);
  try {
    await home.database.ask((db) => migrate(db, home.name));
    const secrets = await openSecrets(join(directory, "secret.key"));
    const { ask } = home.database;
    const rooms = {
      ...machinesIn(ask, secrets),
      ...declarationsIn(ask),
      ...plansIn(ask, secrets),
      ...eventsIn(ask),
      ...discoveredIn(ask),
      ...waysIn(ask),
      ...webhooksIn(ask),
      ...foundInMachinesIn(ask),
      ...installedIn(ask),
      ...segmentsIn(ask),
      ...storiesIn(ask),
    };
    const openStories = (leaseMs?: number) =>
      openStoryHome({ where: home.where, ...(leaseMs === undefined ? {} : { leaseMs }) });
    return { ...rooms, openStories, close: home.close };
  } catch (thrown) {
    await home.close();
    throw thrown;
  }
}

type Home = {
  readonly name: string;
  readonly where: () => Where;
  readonly database: Database;
  close(): Promise<void>;
};

function elsewhere(url: string): Home {
  const name = withoutPassword(url);
  const lost = (thrown: unknown) =>
    new Fault("store.unreachable", { url: name, why: reason(thrown) }, thrown);
  const database = openDatabase({ url }, lost);
  return { name, where: () => ({ url }), database, close: () => database.close() };
}

/** The private server is started again when it went away; the question that met its end still fails. */
async function openHome(directory: string, log: Log): Promise<Home> {
  let server = await openPrivateServer({ directory, log });
  let reviving: Promise<PrivateServer | undefined> | undefined;
  let closed = false;
  const revive = async () => {
    try {
      server = await openPrivateServer({ directory, log });
      return server;
    } catch (thrown) {
      log("the private PostgreSQL cannot be started again", { fault: reason(thrown) });
      return undefined; // the next question tries again
    } finally {
      reviving = undefined;
    }
  };
  const lost = (thrown: unknown) => {
    if (!closed) reviving ??= revive();
    const holes = { directory, why: reason(thrown), log: join(directory, "server.log") };
    return new Fault("store.away", holes, thrown);
  };
  const database = openDatabase(server.connection, lost);
  const close = async () => {
    closed = true;
    await database.close();
    await reviving;
    await server.stop();
  };
  return { name: directory, where: () => server.connection, database, close };
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return "DATABASE_URL";
  const shown = new URL(url);
  shown.password = "";
  shown.search = ""; // may hold one too
  return shown.href;
}
