import { expect, test } from "vitest";
import { mayBePrivate, type Rules, routeOf } from "./route.ts";

const RULES: Rules = {
  archives: [
    { name: "debian", url: "http://mirror.example.org/pub/debian" },
    { name: "debian-security", url: "https://mirror.example.org/debian-security" },
  ],
  hosts: ["apt.example.com", "*.example.net", "10.0.0.5:8080"],
  tunnels: [],
};
const IN_RELEASE = "dists/bookworm/InRelease";
const ours = { key: `debian/${IN_RELEASE}`, url: `http://mirror.example.org/pub/debian/${IN_RELEASE}` };

test.each([
  `/debian/${IN_RELEASE}`,
  `http://ftp.de.debian.org/debian/${IN_RELEASE}`,
  `http://ftp2.de.debian.org:80/debian/${IN_RELEASE}`,
  `http://MIRROR.example.org/pub/debian/${IN_RELEASE}`,
  `/ftp.de.debian.org/debian/${IN_RELEASE}`,
  `http://HTTPS///ftp.de.debian.org/debian/${IN_RELEASE}`,
])("%s is our archive's file: fetched from its mirror, kept once", (target) => {
  const route = routeOf(target, RULES);

  expect(route).toMatchObject({ value: ours });
});

test.each([
  [
    "http://security.debian.org/debian-security",
    "debian-security",
    "https://mirror.example.org/debian-security",
  ],
  ["http://archive.debian.org/debian", "archive.debian.org/debian", "http://archive.debian.org/debian"],
  ["http://apt.example.com/any/where", "apt.example.com/any/where", "http://apt.example.com/any/where"],
  ["http://HTTPS///apt.example.com/x", "apt.example.com/x", "https://apt.example.com/x"],
  ["https://a.b.example.net/x", "a.b.example.net/x", "https://a.b.example.net/x"],
  ["http://10.0.0.5:8080/x", "10.0.0.5:8080/x", "http://10.0.0.5:8080/x"],
])("%s is kept as %s", (base, key, url) => {
  const route = routeOf(`${base}/pool/a~1+b.deb`, RULES);

  expect(route).toMatchObject({ value: { key: `${key}/pool/a~1+b.deb`, url: `${url}/pool/a~1%2Bb.deb` } });
});

test.each([
  ["http://evil.example/debian/pool/a.deb", "none of the hosts"],
  ["http://debian.org.evil.example/debian/pool/a.deb", "none of the hosts"],
  ["http://evildebian.org/debian/pool/a.deb", "none of the hosts"],
  ["http://127.0.0.1/debian/pool/a.deb", "none of the hosts"],
  ["http://169.254.169.254/latest/dists/meta", "none of the hosts"],
  ["http://ftp.de.debian.org:22/debian/pool/a.deb", "none of the hosts"],
  ["http://apt.example.com:8080/pool/a.deb", "none of the hosts"],
  ["http://10.0.0.5/pool/a.deb", "none of the hosts"],
  ["http://user@ftp.de.debian.org/debian/pool/a.deb", "the host is not a name"],
  ["http://ftp.de.debian.org:99999/debian/pool/a.deb", "the host is not a name"],
  ["http://[::1]/debian/pool/a.deb", "the host is not a name"],
  ["ftp://ftp.de.debian.org/debian/pool/a.deb", "neither a path nor"],
  ["*", "neither a path nor"],
  ["", "neither a path nor"],
  ["/debian/pool/a.deb?x=1", "no query"],
  ["/nosuch/pool/a.deb", "no such archive"],
  ["//ftp.de.debian.org/debian/pool/a.deb", "no such archive"],
  ["/debian/../etc/pool/passwd", "no file of an archive"],
  ["/", "no such archive"],
])("%j leads nowhere", (target, flaw) => {
  const route = routeOf(target, RULES);

  expect(route.ok ? "" : route.flaw).toContain(flaw);
});

test("only who is written down by name may be inside", () => {
  const at = (host: string, port = 80) => mayBePrivate({ scheme: "http", host, port }, RULES);

  expect([at("mirror.example.org"), at("apt.example.com"), at("10.0.0.5", 8080)]).toEqual([true, true, true]);
  expect([
    at("x.example.net"),
    at("ftp.de.debian.org"),
    at("10.0.0.5"),
    at("mirror.example.org", 81),
  ]).toEqual(Array(4).fill(false));
});
