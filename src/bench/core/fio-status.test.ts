import { expect, test } from "vitest";
import { readFioStatus } from "./fio-status.ts";

// fio 3.33, --eta=always, of a reader and a process that reads and writes; pieces come as the pipe cuts them
const SAID =
  "Jobs: 2 (f=2)\rJobs: 2 (f=2): [r(1),m(1)][42.9%][r=36.0MiB/s,w=14.3MiB/s][r=9222,w=3653 IOPS][eta 00m:04s]\r" +
  "Jobs: 2 (f=2): [r(1),m(1)][85.7%][r=43.3MiB/s,w=19.7MiB/s][r=11.1k,w=5055 IOPS][eta 00m:01s]\r";

test("the last line counts, with reads and writes together", () => {
  expect(readFioStatus(SAID)).toEqual({ percent: 85.7, iops: 16_155, left: "00m:01s" });
  expect(readFioStatus("Jobs: 1 (f=1): [r(1)][0.1%][r=1KiB/s][r=0 IOPS][eta 15m:06s]\r")).toEqual({
    ...{ percent: 0.1, iops: 0, left: "15m:06s" },
  });
});

test("before anything is measured, and from half a line, nothing is told", () => {
  expect(readFioStatus("Jobs: 2 (f=2)\r")).toBeUndefined();
  expect(readFioStatus(SAID.slice(20, 90))).toBeUndefined();
});
