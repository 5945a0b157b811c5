import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { listenForAgents } from "../agent/wires.ts";
import type { Image, MirrorStatus, Plan } from "../api/shapes.ts";
import { reason } from "../base/fault.ts";
import { Desk } from "../machine/desk.ts";
import { Meters } from "../machine/meters.ts";
import type { DeskNeeds, Keeps } from "../machine/needs.ts";
import { openServer } from "../serve/server.ts";
import type { Settings } from "../settings/core/settings.ts";
import { usualSettings } from "../settings/read-settings.ts";
import { openStore } from "../store/open-store.ts";
import { CardMakers } from "./card-makers.ts";
import { ImageWatch } from "./image-watch.ts";
import { checkImageNow, groundsOf, imagesIn, requireImage, requireRoot, rootsIn } from "./images.ts";
import { labIn } from "./lab.ts";
import { openMetrics } from "./metrics.ts";
import { openChecks } from "./open-checks.ts";
import { ownRecipes } from "./own-recipes.ts";
import { agentSocket, makeState, noteService, type Place } from "./place.ts";
import { randomPassword } from "./random-password.ts";
import { Stack } from "./stack.ts";
import { Trimming } from "./trimming.ts";
import { openWebhooks } from "./webhooks.ts";

/** What of the settings is the service's own; read anew each time it is used. */
export type ServiceSettings = Pick<Settings, "timeline" | "webhooks" | "recipe" | "checks">;

export type Service = { readonly url: string; readonly desk: Desk; stop(): Promise<void> };

/** Opens the service: store, desk, the agents' socket, API and page. What was open when one part failed is closed. */
export async function openService(
  place: Place,
  wish: {
    port: number;
    reload?: () => Promise<string>;
    mirror?: () => MirrorStatus | null;
    profiles?: DeskNeeds["profiles"];
    checksImages?: boolean;
    settings?: () => ServiceSettings;
  },
): Promise<Service> {
  const { state, version, page } = place;
  const opened = new Stack();
  try {
    makeState(state);
    const url = process.env.DATABASE_URL;
    const store = opened.add(await openStore({ directory: state, url }), (open) => open.close());
    const troubled = (error: unknown) => void process.stderr.write(`${reason(error)}\n`);
    const images = () => imagesIn(state);
    const check = async (image: string, signal: AbortSignal) => {
      const { overall, findings } = await checkImageNow({ image, every: false }, state, signal);
      return { overall, findings: findings.map((finding) => ({ ...finding })) };
    };
    let watch: ImageWatch | undefined;
    const stopping = opened.add(new AbortController(), (open) => open.abort());
    const settings = wish.settings ?? (() => usualSettings);
    const trims = { store, now: Date.now, troubled, wanted: () => settings().timeline };
    opened.add(new Trimming(trims), (open) => open.stop());
    const meters = new Meters();
    const webhooks = opened.add(openWebhooks({ store, settings, troubled, meters }), (open) => open.stop());
    const storyHome = opened.add(store.openStories(), (open) => open.close());
    const needs = {
      store,
      storyHome,
      version,
      now: Date.now,
      newId: randomUUID,
      newPassword: randomPassword,
      webhooks,
      meters,
      vendorsOf: new CardMakers().of,
      troubled,
      reload: wish.reload ?? (async () => "There is no settings file to read again"),
      mirror: wish.mirror ?? (() => null),
      profiles: wish.profiles ?? (() => ({})),
      listImages: async () =>
        (await images()).map((image) => ({ ...image, check: watch?.of(image) ?? null })),
      recipes: () => ownRecipes(settings().recipe),
      listRoots: () => rootsIn(state),
      requireRoot: (name: string) => requireRoot(name, state),
      checkImage: async (name: string) => {
        if (watch !== undefined) return watch.checkNow(name);
        return { ...(await check(name, stopping.signal)), at: Date.now() };
      },
      requireImage: (name: string, plan: Plan["kind"]) => requireImage(name, plan, state),
    };
    const desk = opened.add(await new Desk(needs).open(), (open) => open.stop());
    const listener = await listenForAgents(agentSocket(state), desk.meet);
    opened.add(listener, (open) => new Promise<void>((resolve) => open.close(() => resolve())));
    const { observed } = desk;
    if (wish.checksImages)
      watch = opened.add(new ImageWatch({ ...imagesOf(state, store), check, observed, troubled }), (open) =>
        open.stop(),
      );
    const checks = opened.add(
      openChecks({ state, settings, machines: () => store.machines(), observed, now: Date.now, troubled }),
      (open) => open.stop(),
    );
    const metrics = opened.add(
      openMetrics({ desk, meters, version, checks: checks.samples, images: () => watch?.standing() ?? [] }),
      (open) => open.stop(),
    );
    const server = await openServer({
      host: "127.0.0.1",
      port: wish.port,
      calls: { ...desk, ...labIn(state), ...checks.calls },
      metrics: metrics.text,
      streams: {
        watch: (asked, send) => desk.watch(asked, send),
        console: (asked, send) => desk.console(asked, send),
      },
      page: existsSync(page) ? page : undefined,
      version,
    });
    opened.add(server, (open) => open.close());
    opened.add(noteService(state, server.url), (forget) => forget());
    return { url: server.url, desk, stop: () => opened.stop() };
  } catch (error) {
    await opened.stop();
    throw error;
  }
}

const imagesOf = (state: string, store: Pick<Keeps, "recentEvents">) => ({
  images: async () => (await imagesIn(state)).filter(({ kind }) => kind === "installer"),
  grounds: (image: Image, signal: AbortSignal) => groundsOf(image, state, signal),
  toldBefore: () => store.recentEvents({ kinds: ["image.failed", "image.passed"], limit: 1000 }),
  now: Date.now,
});
