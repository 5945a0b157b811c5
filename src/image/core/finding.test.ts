import { expect, test } from "vitest";
import { type Finding, overall } from "./finding.ts";

const one = (id: Finding["id"], is: Finding["is"]): Finding => ({ id, is, says: "" });

test("one failure fails the whole, and a warning is a pass", () => {
  expect(overall([one("files", "pass"), one("complete", "fail"), one("skew", "unknown")])).toBe("fail");
  expect(overall([one("files", "pass"), one("skew", "warn")])).toBe("pass");
});

test("only what is needed leaves the whole open", () => {
  expect(overall([one("skew", "unknown")])).toBe("unknown");
  expect(overall([one("build", "unknown"), one("origin", "unknown")])).toBe("pass");
});
