import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, test } from "vitest";
import { builtPage, missing, openBrowser, type Visit, visit } from "./browser.ts";
import { type PretendService, pretendService } from "./pretend-service.ts";

/** A browser for a file's tests; for each of them a service of its own, and pages that are closed with it. */
export function visits(begun: (service: PretendService) => void) {
  let browser: Browser;
  let web: string;
  let service: PretendService;
  const pages: Page[] = [];
  beforeAll(async () => {
    web = builtPage();
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    service = await pretendService(web);
    begun(service);
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    await service.goAway();
  });
  const visited = async (path: string, options: Parameters<typeof visit>[2] = {}): Promise<Visit> => {
    const one = await visit(browser, service.url + path, options);
    pages.push(one.page);
    return one;
  };
  const at = async (...where: Parameters<typeof visited>) => (await visited(...where)).page;
  return { it: test.skipIf(missing), at, visited };
}
