import { expect, test } from "vitest";
import { jobWrites, ontoDevice } from "./device-job.ts";

const READS = `[global]
rw=randread
size=2g
unlink=1
directory=.

[reader1]
filename=data1
directory=.

[reader2]
filename=data2
directory=.
`;

test("only what plainly reads does not write", () => {
  for (const rw of ["read", "randread", "randread:8"]) expect(jobWrites(`[a]\nrw=${rw}`), rw).toBe(false);
  expect(jobWrites("[a]\nbs=4k")).toBe(false); // fio's default is to read
  const words = ["rw=write", "readwrite=randrw", "rw = trim", "rw=$WAY", "rw write", "read_iolog=log"];
  for (const line of words) expect(jobWrites(`[a]\nrw=read\n${line}`), line).toBe(true);
});

test("on a device no word about files is left, and each job has a part of its own", () => {
  const text = ontoDevice(READS, { node: "/dev/sdb", bytes: 8 * 2 ** 30 });

  expect(text).toBe(`[global]
rw=randread
size=2g
filename=/dev/sdb

[reader1]
filename=/dev/sdb
offset=0

[reader2]
filename=/dev/sdb
offset=4294967296
`);
});

test("a job that says where it begins keeps that", () => {
  const text = ontoDevice("[a]\noffset=1m\n\n[b]\noffset_increment=2m", { node: "/dev/sdb", bytes: 2 ** 30 });

  expect(text.match(/^offset.*$/gm)).toEqual(["offset=1m", "offset_increment=2m"]);
});
