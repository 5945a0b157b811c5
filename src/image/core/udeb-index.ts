import { readStanzas } from "./deb822.ts";

/** One installer component, as `main/debian-installer/binary-<arch>/Packages` has it. */
export type Udeb = {
  readonly name: string;
  readonly kernel: string | undefined; // Kernel-Version: what `uname -r` must be for it
  readonly version: string;
  readonly provides: readonly string[];
  readonly isStandard: boolean; // the installer loads it without being asked
  readonly path: string;
  readonly size: number;
};

export function readUdebs(text: string): Udeb[] {
  return readStanzas(text).flatMap((fields) => {
    const name = fields.get("package");
    const path = fields.get("filename");
    if (name === undefined || path === undefined) return [];
    return [
      {
        name,
        kernel: fields.get("kernel-version"),
        version: fields.get("version") ?? "",
        provides: (fields.get("provides") ?? "").split(/[,\s]+/).filter(Boolean),
        isStandard: ["required", "important", "standard"].includes(fields.get("priority") ?? ""),
        path,
        size: Number(fields.get("size")),
      },
    ];
  });
}

/** The kernels that there are modules for. Two at once are normal: the last point release's stay. */
export const kernelsIn = (udebs: readonly Udeb[]): ReadonlySet<string> =>
  new Set(udebs.flatMap(({ kernel }) => kernel ?? []));

/** What the udebs for one kernel offer: `ext4-modules-6.1.0-50-amd64-di` is `ext4-modules`, and what it provides. */
export function offeredFor(udebs: readonly Udeb[], kernel: string): ReadonlySet<string> {
  const those = udebs.filter((udeb) => udeb.kernel === kernel);
  return new Set(those.flatMap((udeb) => [shortName(udeb), ...udeb.provides]));
}

export const shortName = ({ name, kernel }: Udeb): string =>
  name.endsWith(`-${kernel}-di`) ? name.slice(0, -`-${kernel}-di`.length) : name;
