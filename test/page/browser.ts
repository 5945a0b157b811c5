import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
export const missing = !existsSync(CHROMIUM) && "chromium is not installed";

/** The built page: named by RACKHAND_WEB, or dist/web, built here when it is missing or older than its sources. */
export function builtPage(): string {
  const named = process.env.RACKHAND_WEB;
  if (named !== undefined) return resolve(named);
  const built = resolve("dist/web/index.html");
  const newest = Math.max(
    ...["web", "src/api", "src/base"].map(newestIn),
    statSync("vite.config.ts").mtimeMs,
  );
  if (!existsSync(built) || statSync(built).mtimeMs < newest) {
    const build = spawnSync("npx", ["vite", "build", "--logLevel", "warn"], { encoding: "utf8" });
    if (build.status !== 0) throw new Error(`the page does not build: ${build.stdout}${build.stderr}`);
  }
  return resolve("dist/web");
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}

/** Debian's own browser, with everything that would call home switched off. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** A page of its own person; what it complained about and whom it asked is kept. */
export type Visit = { readonly page: Page; readonly complaints: string[]; readonly elsewhere: string[] };

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { who?: string } = {},
): Promise<Visit> {
  const { who, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...rest,
  });
  if (who) await context.addInitScript((name) => localStorage.setItem("rackhand.who", name), who);
  const page = await context.newPage();
  const [complaints, elsewhere]: [string[], string[]] = [[], []];
  const { host } = new URL(url);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).host !== host) elsewhere.push(request.url());
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== host) elsewhere.push(socket.url());
  });
  page.setDefaultTimeout(8000);
  await page.goto(url);
  return { page, complaints, elsewhere };
}

/** The terminal's rows as text, as somebody reads them. */
export const screenText = (page: Page): Promise<string> => page.locator(".xterm-rows").innerText();
