import type { Example, Facts, Heard } from "./rule.ts";

const DEBIAN_13: Facts = {
  id: "debian",
  versionId: "13",
  kernel: "6.12.107+deb13-amd64",
  arch: "x86_64",
  init: "systemd",
  uid: 0,
  container: null,
  clockOff: 0,
  packages: {},
};

/**
 * A capture's text: header lines `from:`, `expect:`, `facts:` (JSON of what differs from a booted Debian 13),
 * `status:`, and where needed `err:` and `cut:`; an empty line; what the probe said on stdout.
 */
export function readExample(text: string): Example {
  const end = text.indexOf("\n\n");
  const head = text.slice(0, end === -1 ? text.length : end);
  const says = (key: string): string | undefined => new RegExp(`^${key}: ?(.*)$`, "m").exec(head)?.[1];
  const [from, expect] = [says("from"), says("expect")];
  if (from === undefined || expect === undefined) throw new Error("a capture says `from:` and `expect:`");
  if (!/^(pass|unknown|not-applicable|fail \S+)$/.test(expect)) throw new Error(`expect: ${expect} is none`);
  return {
    from,
    expect: expect as Example["expect"],
    facts: { ...DEBIAN_13, ...(JSON.parse(says("facts") ?? "{}") as Partial<Facts>) },
    heard: {
      out: end === -1 ? "" : text.slice(end + 2),
      err: says("err") ?? "",
      status: Number(says("status") ?? 0),
      cut: (says("cut") as Heard["cut"] | undefined) ?? false,
    },
  };
}
