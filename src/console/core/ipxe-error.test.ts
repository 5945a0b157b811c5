import { expect, test } from "vitest";
import { ipxeError } from "./ipxe-error.ts";
import { passed } from "./sightings.ts";

test.each([
  ["Connection timed out (https://ipxe.org/4c0a6092)", "timed out"],
  ["No such file or directory (https://ipxe.org/2d0c613b)", "no such file"],
  ["Permission denied (http://ipxe.org/0212603c)", "permission denied"],
  ["Network unreachable (https://ipxe.org/280a6090)", "network unreachable"],
  ["Exec format error (https://ipxe.org/2e008081)", "nothing that it can start"],
  ["Could not boot: Connection refused (https://ipxe.org/0e0a6095)", "connection refused"],
])("%j is explained, and its address told", (line, words) => {
  const [sighting] = passed([line]);

  expect(sighting).toMatchObject({ id: "ipxe-error", subject: expect.stringContaining("ipxe.org/") });
  expect(sighting!.says).toContain(words);
  expect(sighting!.says).toContain(sighting!.subject);
});

test("an error that is not known leads to its page", () => {
  expect(ipxeError("https://ipxe.org/7f000000")).toBeUndefined();
  expect(passed(["https://ipxe.org/7f000000"])[0]!.says).toBe(
    "iPXE stopped with an error, explained at https://ipxe.org/7f000000",
  );
});
