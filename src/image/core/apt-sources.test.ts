import { expect, test } from "vitest";
import { debianMirror, readDeb822Sources, readOneLineSources, sourceStanza } from "./apt-sources.ts";

const DEB822 = `Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;
const ONE_LINE = `# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/apt/keyrings/other.gpg] https://packages.example/apt bookworm main
deb http://mirror.example/debian/ bookworm main non-free # near
`;

test("stanzas are read, comments and disabled ones are not", () => {
  const sources = readDeb822Sources(DEB822);

  expect(sources.map(({ uris }) => uris[0])).toEqual([
    "http://mirror.example/debian",
    "http://security.example/debian-security",
  ]);
  expect(sources[0]).toEqual({
    types: ["deb"],
    uris: ["http://mirror.example/debian"],
    suites: ["bookworm", "bookworm-updates"],
    components: ["main", "contrib"],
    signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
  });
});

test("one-line sources are read with their options", () => {
  expect(
    readOneLineSources(ONE_LINE).map(({ types, uris, signedBy }) => [types[0], uris[0], signedBy]),
  ).toEqual([
    ["deb-src", "http://source.example/debian", ""],
    ["deb", "https://packages.example/apt", "/etc/apt/keyrings/other.gpg"],
    ["deb", "http://mirror.example/debian/", ""],
  ]);
});

test("Debian's own mirror is chosen, not one that borrows its suite names", () => {
  expect(debianMirror(readDeb822Sources(DEB822))?.uris).toEqual(["http://mirror.example/debian"]);
  expect(debianMirror(readOneLineSources(ONE_LINE))?.uris).toEqual(["http://mirror.example/debian/"]);
  expect(debianMirror([])).toBeUndefined();
});

test("a whole key in a source goes into ours as it stands", () => {
  const key = "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----";
  const [source] = readDeb822Sources(
    `Types: deb\nURIs: http://m.example/debian\nSuites: trixie\nComponents: main\nSigned-By:${key}\n`,
  );

  const stanza = sourceStanza(source!, "bookworm");
  expect(stanza).toContain(`Suites: bookworm\nComponents: main\nSigned-By: ${key}`);
  expect(readDeb822Sources(stanza)[0]).toEqual({ ...source, suites: ["bookworm"] });
});
