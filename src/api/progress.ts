import type { Progress } from "./shapes.ts";

/** "step 4 of 8: unpack: unpacking, 40 %". */
export const progressWords = ({ step, of, percent, says }: Progress): string =>
  `step ${step} of ${of}: ${says}${percent === null ? "" : `, ${percent} %`}`;
