import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { fromLatin1 } from "../../base/text.ts";
import { readBundle } from "./bundle.ts";

test("files come back as they were, whatever is in them", () => {
  const files = must(readBundle(fromLatin1("4 out.json\n{\n}\n0 run_iops.1.log\n3 run_lat.1.log\n4 x")));

  expect([...files.keys()]).toEqual(["out.json", "run_iops.1.log", "run_lat.1.log"]);
  expect(files.get("out.json")).toEqual(fromLatin1("{\n}\n"));
});

test("what is cut, or no list of files, is told", () => {
  expect(readBundle(fromLatin1("9 out.json\n{}\n"))).toMatchObject({
    ok: false,
    flaw: "out.json is not whole",
  });
  expect(readBundle(fromLatin1("2 ../../etc/passwd\n{}"))).toMatchObject({ ok: false });
  expect(readBundle(fromLatin1("Last login: today"))).toMatchObject({ ok: false });
  expect(readBundle(new Uint8Array())).toMatchObject({ ok: true });
});
