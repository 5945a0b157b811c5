import { expect, test } from "vitest";
import { hasBooted, look } from "./install-plot.ts";

let id = 0;
const event = (kind: string, detail: Record<string, unknown> = {}) => ({ id: ++id, kind, detail });
const sighting = (name: string) => event("console.sighting", { sighting: name });

test("what is waited for is seen when the console showed it; an error before it ends the waiting", () => {
  const [menu, kernel, error] = ["debian-boot-menu", "kernel-started", "installer-error"].map(sighting);

  expect(look([menu!, kernel!], "kernel-started")).toEqual({ is: "seen", event: kernel });
  expect(look([kernel!, error!], "login-prompt")).toEqual({ is: "stopped", event: error });
  expect(look([kernel!, error!], "kernel-started")).toEqual({ is: "seen", event: kernel });
  expect(look([menu!], "login-prompt")).toEqual({ is: "not yet" });
});

test("a machine whose power was changed for this boot is not sent round again", () => {
  expect(hasBooted([event("plan.armed"), event("boot-device.set")])).toBe(false);
  expect(hasBooted([event("power.acted", { act: "off" })])).toBe(false);
  expect(hasBooted([event("power.acted", { act: "cycle" })])).toBe(true);
  expect(hasBooted([event("plan.used")])).toBe(true);
});
