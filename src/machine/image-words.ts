import type { ImageCheck, Machine } from "../api/shapes.ts";
import type { Asked } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";

/** A kernel of one's own has no usual image; the local disk needs none. */
export function imageFor({ name, plan, image, preseed }: Asked<"armPlan">): string | null {
  if (preseed !== undefined && plan !== "installer")
    throw new Fault("use.wrong", { what: `A preseed is for the installer, not for ${plan}.`, verb: "boot" });
  const usual = { installer: "debian-12", live: "live", kernel: undefined, local: null }[plan];
  if (plan === "local") return null;
  const named = image ?? usual;
  if (named) return named;
  throw new Fault("use.wrong", { what: `Which kernel ${name} boots is not said.`, verb: "boot" });
}

/** The installer's dialog must not be the first to tell that its image fits the mirror no more. */
export function checkEvent(
  image: string,
  { name: machine, firmware }: Pick<Machine, "name" | "firmware">,
  check: ImageCheck | null,
): Omit<Observed, "at"> | undefined {
  const worst = ["fail", "warn"] as const;
  const its = check?.findings.filter(({ id }) => id !== "loaders" || firmware !== "bios") ?? [];
  const found = worst.flatMap((is) => its.filter((finding) => finding.is === is));
  if (check === null || found.length === 0) return undefined;
  const says = `${image}'s last check: ${found.map((finding) => finding.says).join(" ")}`;
  const detail = {
    image,
    overall: check.overall,
    checkedAt: check.at,
    remedies: found.map(({ remedy }) => remedy),
  };
  return { kind: "image.checked", machine, says, detail };
}
