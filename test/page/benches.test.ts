import { expect } from "vitest";
import type { Answer } from "../../src/api/table.ts";
import { iopsOverTime } from "../../src/plot/core/iops.ts";
import { svg } from "../../src/plot/core/svg.ts";
import { barriers } from "./axe.ts";
import type { PretendService } from "./pretend-service.ts";
import { visits } from "./visits.ts";

let service: PretendService;
const { it, at } = visits((fresh) => {
  service = fresh;
});

const points = Array.from({ length: 60 }, (_, at) => [at / 2, 900 + 10 * at + 30 * (at % 3)] as const);
const run = (id: string, name: string): Answer<"showBench"> => ({
  run: {
    ...{ id, name, job: "quick", host: "here", condition: "as it was found", startedAt: Date.now() },
    says: `${name}: 1195 iops on average, not steady`,
    isUnderWay: false,
  },
  lines: [`${id}: ${name}, job quick, on here`, "  kernel  6.1 <b>"],
  pictures: {
    iops: svg(iopsOverTime([{ name, points }], { fit: "loess", baselines: [] })),
    ...{ latency: null, distribution: null },
  },
  comparison: [],
});

it("a run shows its picture and figures, and asks for another run beside it", async () => {
  service.benches.push(run("20261129-120000-aaaa", "old"), run("20261129-130000-bbbb", "new"));
  const page = await at("/");
  await page.getByRole("link", { name: "Benches" }).waitFor(); // the page is there, and hears keys
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await page.getByRole("link", { name: "20261129-120000-aaaa" }).click();

  await page.getByRole("heading", { name: "old" }).waitFor();
  const wide = page.getByRole("img", { name: "IOPS over time" });
  expect(await wide.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
  await page.getByText("kernel 6.1 <b>").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("combobox").selectOption("20261129-130000-bbbb");

  await page.getByText("rackhand bench plot 20261129-120000-aaaa 20261129-130000-bbbb").waitFor();
  const asked = service.asked.filter(({ row }) => row === "showBench").at(-1);
  expect(asked?.question).toMatchObject({ beside: "20261129-130000-bbbb" });
});

it("a run that is under way stands in the list, and its picture grows while one looks", async () => {
  const soFar = (count: number): Answer<"showBench"> => {
    const { run: kept, ...rest } = run("20261129-140000-cccc", "now");
    const says = `${count} % done, 00m:30s left, 1195 iops`;
    const iops = svg(iopsOverTime([{ name: "now", points: points.slice(0, count) }], { fit: "none" }));
    return {
      ...rest,
      run: { ...kept, says, isUnderWay: true },
      lines: [says],
      pictures: { ...rest.pictures, iops },
    };
  };
  service.benches.push(soFar(10));
  const page = await at("/benches");
  await page.getByText("10 % done").waitFor();
  await page.getByRole("link", { name: "20261129-140000-cccc" }).click();
  const picture = page.getByRole("img", { name: "IOPS over time" });
  const before = await picture.getAttribute("src");

  service.benches.splice(0, 1, soFar(50));

  await page.getByText("50 % done").waitFor();
  expect(await picture.getAttribute("src")).not.toBe(before);
});

it("where nothing was measured, the page says how to begin", async () => {
  const page = await at("/benches");

  await page.getByText("rackhand bench run quick").waitFor();
  expect(await barriers(page)).toEqual([]);
});
