import { SIGHTINGS, type SightingRule } from "./sightings.ts";

/** A rule of the operator's own, as the settings have it. */
export type OwnRule = {
  readonly id: string;
  readonly pattern: RegExp;
  readonly reads: "line" | "screen";
  readonly says: string; // {subject} is the pattern's first group, or all that it matched
};

/** Its id in events cannot be taken for one of ours. */
export const ownRule = ({ id, pattern, reads, says }: OwnRule): SightingRule => ({
  ...{ id: `own:${id}`, reads, pattern },
  says: (subject) => says.replaceAll("{subject}", () => subject),
});

/** The operator's own stand first: where several screen rules match, theirs speaks. */
export const withOwn = (own: readonly OwnRule[]): readonly SightingRule[] => [
  ...own.map(ownRule),
  ...SIGHTINGS,
];
