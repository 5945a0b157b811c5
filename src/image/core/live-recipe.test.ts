import { expect, test } from "vitest";
import { mmdebstrapArgv } from "./live-recipe.ts";

test("mmdebstrap is told suite, mirror and keys, and installs nothing that is only recommended", () => {
  const argv = mmdebstrapArgv({
    ...{
      suite: "trixie",
      mirror: "http://mirror.example/debian",
      keyrings: ["/a.gpg", "/b.gpg"],
      work: "/work",
    },
  });

  expect(argv[0]).toBe("mmdebstrap");
  expect(argv.slice(-3)).toEqual(["trixie", "/work/root.tar", "http://mirror.example/debian"]);
  expect(argv).toContain("--keyring=/b.gpg");
  expect(argv).toContain('--aptopt=Apt::Install-Recommends "false"');
  expect(argv.find((word) => word.startsWith("--include="))).toMatch(
    /linux-image-amd64,.*efibootmgr.*openssh-server.*fio/,
  );
});
