import { z } from "zod";
import { bmcAspect, bmcReport, bootFound, bootWish, newBmc } from "./bmc-shapes.ts";
import { done, named, type Row } from "./row.ts";
import * as s from "./shapes.ts";

/** What is asked of a machine's BMC. */
export const BMC = {
  setPower: {
    verb: "POST",
    path: "/api/machines/:name/power",
    role: "operator",
    says: "Change the power through the BMC and read it back",
    takes: named.extend({
      act: s.powerAct.describe("soft-or-off takes the power away when the system did not shut down in time"),
      softSeconds: z.number().int().min(1).max(600).optional().describe("how long that is; else 60"),
    }),
    gives: z.object({ power: s.powerState }),
  },
  readPower: {
    verb: "GET",
    path: "/api/machines/:name/power",
    role: "viewer",
    says: "The power state, asked from the BMC now",
    takes: named,
    gives: z.object({ power: s.powerState }),
  },
  readBmc: {
    verb: "GET",
    path: "/api/machines/:name/bmc/:about",
    role: "operator",
    says: "What the BMC tells about itself, asked from it now",
    takes: named.extend({ about: bmcAspect }),
    gives: bmcReport,
  },
  setBmc: {
    verb: "POST",
    path: "/api/machines/:name/bmc",
    role: "operator",
    says: "Change how a machine's BMC is reached; what is not given stays. `trustAnew` forgets its certificate and host key",
    takes: named.extend({
      ...newBmc.partial().shape,
      trustAnew: z.boolean().default(false),
    }),
    gives: s.machine,
  },
  secure: {
    verb: "POST",
    path: "/api/machines/:name/secure",
    role: "operator",
    says: "Give the BMC's user a random password, prove it by logging in, keep it sealed",
    takes: named,
    gives: done,
  },
  readBootDevice: {
    verb: "GET",
    path: "/api/machines/:name/boot-device",
    role: "viewer",
    says: "What its BMC tells the machine to start from, asked from it now",
    takes: named,
    gives: bootFound,
  },
  setBootDevice: {
    verb: "POST",
    path: "/api/machines/:name/boot-device",
    role: "operator",
    says: "Tell the BMC what to start from, once or for ever, and read it back; nothing is started",
    takes: named.extend(bootWish.shape),
    gives: bootFound,
  },
  setMedia: {
    verb: "POST",
    path: "/api/machines/:name/media",
    role: "operator",
    says: "Put an image at a URL into the BMC's virtual CD drive, or take it out, and read it back (Redfish)",
    takes: named.extend({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .nullable()
        .describe("null: take it out. The BMC itself fetches it"),
    }),
    gives: done,
  },
} as const satisfies Record<string, Row>;
