import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { fromLatin1 } from "../../base/text.ts";
import { readArchiveFile } from "./archive-file.ts";
import { whyNotRight } from "./looks-right.ts";

const judge = (path: string, text: string) => whyNotRight(must(readArchiveFile(path)), fromLatin1(text));

test.each([
  ["pool/a.deb", "!<arch>\ndebian-binary"],
  ["dists/x/InRelease", "-----BEGIN PGP SIGNED MESSAGE-----\n"],
  ["dists/x/Release", "Origin: Debian\n"],
  ["dists/x/main/binary-amd64/Packages", ""],
  ["dists/x/main/binary-amd64/Packages.gz", "\x1f\x8b\x08"],
  [`dists/x/by-hash/SHA256/${"0".repeat(64)}`, "<html>"], // its hash is what counts
])("%s may begin with %j", (path, text) => {
  expect(judge(path, text)).toBe(undefined);
});

test.each([
  ["pool/a.deb", "<html><title>Log in</title>"],
  ["pool/a.udeb", ""],
  ["pool/a.tar.xz", "PK"],
  ["dists/x/Release", "  <!DOCTYPE html>"],
  ["dists/x/InRelease", "Origin: Debian"],
])("%s does not begin with %j: a login page is not kept", (path, text) => {
  expect(judge(path, text)).toMatch(/does not begin|web page/);
});
