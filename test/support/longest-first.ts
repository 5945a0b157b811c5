import { BaseSequencer, type TestSpecification } from "vitest/node";

/** It boots machine after machine: begun last, it would be waited for with every other worker idle. */
const FIRST = "/test/firmware/matrix.test.ts";

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification) => moduleId.includes(FIRST);
    return [...sorted.filter(isFirst), ...sorted.filter((one) => !isFirst(one))];
  }
}
