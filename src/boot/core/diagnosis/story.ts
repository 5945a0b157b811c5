import type { EventKind, Observed } from "../../../base/event.ts";

/** One finished sentence, and the places of the events that show it in what was given. */
export type Diagnosis = { readonly says: string; readonly evidence: readonly number[] };

/** An event with its place, its detail at hand. */
export type Seen = {
  readonly at: number;
  readonly kind: EventKind;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type Story = {
  readonly all: readonly Seen[];
  readonly others: readonly string[]; // DHCP servers that were found on its segment
  /** The last event of a kind that fits, after a place. */
  readonly last: (kind: EventKind, fits?: (seen: Seen) => boolean, after?: number) => Seen | undefined;
};

export type Reason = (story: Story) => Diagnosis | undefined;

export function storyOf(events: readonly Observed[], from: number, others: readonly string[]): Story {
  const all = events
    .map(({ kind, detail = {} }, at): Seen => ({ at, kind, detail }))
    .slice(from)
    .filter(({ kind }) => /^(dhcp|tftp|http)\./.test(kind));
  return {
    all,
    others,
    last: (kind, fits = () => true, after = -1) =>
      all.findLast((seen) => seen.kind === kind && seen.at > after && fits(seen)),
  };
}

export const because = (says: string, ...shown: (Seen | undefined)[]): Diagnosis => ({
  says,
  evidence: [...new Set(shown.flatMap((seen) => (seen ? [seen.at] : [])))].sort((a, b) => a - b),
});

export const textOf = ({ detail }: Seen, field: string): string => String(detail[field] ?? "");

export function has({ detail }: Seen, option: number): boolean {
  return Array.isArray(detail.options) && detail.options.includes(option);
}

type Filed = { readonly kind: EventKind; readonly detail?: Readonly<Record<string, unknown>> };
const fileOf = ({ detail = {} }: Filed): string => String(detail.file ?? "");

export const isFile = ({ kind }: Seen): boolean => /^(tftp|http)\./.test(kind);
export const isWhole = ({ kind, detail = {} }: Filed): boolean =>
  /^(tftp|http)\.ended$/.test(kind) && String(detail.outcome).startsWith("whole");
export const isKernel = (seen: Filed): boolean =>
  /(^|\/)(linux|vmlinuz[^/]*|initrd[^/]*)$/.test(fileOf(seen));
export const isLoader = (seen: Filed): boolean =>
  /(^|\/)((boot|grub|shim|ipxe|snponly)[^/]*\.efi|pxelinux\.0|undionly\.k?kpxe)$/.test(fileOf(seen));
export const isMenu = (seen: Filed): boolean =>
  /(^|\/)(grub\.cfg|menu\.ipxe|pxelinux\.cfg\/default|[^/]*menu\.cfg)$/.test(fileOf(seen));
