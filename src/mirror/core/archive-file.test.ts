import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { isImmutable, readArchiveFile } from "./archive-file.ts";

const HASH = "ab".repeat(32);

test.each([
  ["pool/main/b/bash/bash_5.2.15-2+b7_amd64.deb", "package", true],
  ["pool/main/libs/libsigc++-2.0/libsigc%2b%2b-2.0-0v5_2.12.0-1_amd64.deb", "package", true],
  ["archive/debian/20250520T000000Z/pool/main/a/a_1~rc1_all.udeb", "package", true],
  [`dists/bookworm/main/binary-amd64/by-hash/SHA256/${HASH}`, "by-hash", true],
  ["dists/bookworm/InRelease", "release", false],
  ["dists/bookworm/Release.gpg", "release", false],
  ["dists/bookworm/main/binary-amd64/Packages.xz", "index", false],
  ["dists/bookworm/main/installer-amd64/current/images/netboot/netboot.tar.gz", "index", false],
  [`dists/bookworm/main/binary-amd64/by-hash/SHA256/${HASH.slice(1)}`, "index", false],
  [`dists/bookworm/by-hash/constructor/${HASH}`, "index", false],
])("%s is a file of the kind %s; that it never changes is %s", (path, kind, immutable) => {
  const file = must(readArchiveFile(path));

  expect([file.kind, isImmutable(file)]).toEqual([kind, immutable]);
});

test("a file has one path, whatever way it was written", () => {
  const path = must(readArchiveFile("pool/main/a/a_1%2Bb1%7erc_all.deb")).path;

  expect(path).toBe("pool/main/a/a_1+b1~rc_all.deb");
});

test.each([
  ["etc/passwd", "only files below dists/ and pool/"],
  ["dists", "only files below"],
  ["pool/", "no file of an archive is called"],
  ["pool/../../etc/passwd", "no file of an archive is called"],
  ["pool/%2e%2e/x", "no file of an archive is called"],
  ["pool/..%2fx", "no file of an archive is called"],
  ["pool/a%00.deb", "no file of an archive is called"],
  ["pool/a%0d%0aX: y", "no file of an archive is called"],
  ["pool//a", "no file of an archive is called"],
  ["pool/a\\b", "no file of an archive is called"],
  ["pool/%ff", "not percent-encoded UTF-8"],
  [`pool/${"a".repeat(600)}`, "too long"],
])("%j is no file that is fetched", (path, flaw) => {
  const read = readArchiveFile(path);

  expect(read.ok ? "" : read.flaw).toContain(flaw);
});
