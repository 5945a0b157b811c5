import { printable } from "../../base/text.ts";
import type { Finding } from "./finding.ts";

/** Where a preseeded installer goes for its udebs (Debian Installation Guide, B.4.3). */
export type Preseed = {
  readonly mirror: string | undefined; // URL
  readonly suite: string | undefined;
  readonly proxy: string | undefined;
  readonly goesOnWithoutModules: boolean;
};

export function readPreseed(text: string): Preseed {
  const answers = new Map<string, string>();
  for (const line of text.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const match = /^\s*([a-z0-9.+-]+)\s+(\S+\/\S+)\s+([a-z]+)(?:\s+(.*))?$/.exec(line);
    if (match !== null) answers.set(match[2]!, (match[4] ?? "").trim());
  }
  const answer = (question: string) => answers.get(question) || undefined;
  const protocol = answer("mirror/protocol") ?? "http";
  const hostname = answer(`mirror/${protocol}/hostname`);
  const folder = (answer(`mirror/${protocol}/directory`) ?? "/debian").replace(/^\/*/, "/");
  return {
    mirror: hostname === undefined ? undefined : `${protocol}://${hostname}${folder}`,
    suite: answer("mirror/udeb/suite") ?? answer("mirror/suite"),
    proxy: answer(`mirror/${protocol}/proxy`),
    goesOnWithoutModules: answer("anna/no_kernel_modules") === "true",
  };
}

/** What of a preseed hides or bends what is checked here. */
export function judgePreseed({ mirror, suite, proxy, goesOnWithoutModules }: Preseed): Finding {
  const id = "preseed";
  if (goesOnWithoutModules) {
    return {
      id,
      is: "warn",
      says: "anna/no_kernel_modules is true: without modules the installer goes on, and finds no disks.",
      remedy: "Take it out of the preseed, so that the installer stops where the trouble is.",
    };
  }
  if (proxy !== undefined) {
    return {
      id,
      is: "warn",
      says: `The installer asks through ${printable(proxy)}, which may serve an older index than was checked here.`,
    };
  }
  const from = [mirror, suite === undefined ? undefined : `suite ${suite}`].filter(
    (word) => word !== undefined,
  );
  const words = from.length === 0 ? "It names no mirror and no suite." : `It names ${from.join(", ")}.`;
  return { id, is: "pass", says: printable(words) };
}
