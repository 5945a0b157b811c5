export type LdapCause =
  | "expired"
  | "not-yet-valid"
  | "self-signed"
  | "wrong-ca"
  | "no-intermediate"
  | "unknown-issuer"
  | "root-missing"
  | "name"
  | "name-cn"
  | "ca-missing"
  | "ca-unreadable";
export type LdapFlaw = { readonly cause: LdapCause; readonly found: string } | { readonly because: string };

/** What is wrong with a server's certificate, of one `try` of the probe of `ldap-tls`; null: nothing. */
export function ldapFlaw(lines: readonly string[]): LdapFlaw | null {
  const [, , uri = "", ca = ""] = lines[0]!.split(" ");
  const said = (start: string): string | undefined =>
    lines.find((line) => line.startsWith(start))?.slice(start.length);
  if (lines.includes("ca missing")) return { cause: "ca-missing", found: `there is no CA file ${ca}` };
  const denied = said("ca denied ");
  if (denied !== undefined)
    return { cause: "ca-unreadable", found: `${denied} cannot read the CA file ${ca}` };
  if (lines.includes("notool")) return { because: "neither openssl nor ldapsearch is there" };
  if (said("nothing") !== undefined) return { because: `${uri} shook no hands: ${said("nothing")!.trim()}` };
  if (said("chain subject=") === undefined) return bySearch(lines, uri);
  return byDate(lines) ?? byIssuer(lines, ca) ?? byName(lines, hostOf(uri));
}

function byDate(lines: readonly string[]): LdapFlaw | null {
  for (const [number, cause] of [
    ["9", "not-yet-valid"],
    ["10", "expired"],
  ] as const) {
    const at = lines.findIndex((line) => line.startsWith(`error num=${number}:`));
    if (at === -1) continue;
    const depth = lines.slice(0, at).findLast((line) => line.startsWith("depth="));
    const limit = lines.find((line) =>
      line.startsWith(cause === "expired" ? "leaf notAfter=" : "leaf notBefore="),
    );
    const whose =
      depth === "depth=0"
        ? `the server's certificate (${limit?.slice(5)})`
        : "a CA's certificate above the server's";
    return { cause, found: `${whose} ${cause === "expired" ? "has run out" : "is not valid yet"}` };
  }
  return null;
}

/** 18: a leaf that signed itself; 19: a root that was sent and is not trusted; 20 and 21: the issuer is not at hand. */
function byIssuer(lines: readonly string[], ca: string): LdapFlaw | null {
  const error = lines.flatMap((line) => /^error num=(18|19|20|21|2|27):/.exec(line)?.[1] ?? []);
  if (error.length === 0) return null;
  if (ca === "none") return { because: "no CA file is named, so what the clients trust is not known" };
  if (error.includes("18"))
    return { cause: "self-signed", found: `the server's certificate signed itself, and is not in ${ca}` };
  if (error.includes("2"))
    return {
      cause: "root-missing",
      found: `the CA in ${ca} is no root, and libldap here wants the root too`,
    };
  const issuer = lines.findLast((line) => line.startsWith("chain issuer="))?.slice(13) ?? "";
  const namesake = lines.some((line) => line.startsWith("named "));
  if (namesake)
    return { cause: "wrong-ca", found: `the CA in ${ca} has the issuer's name and another key (${issuer})` };
  if (error.includes("19")) return { cause: "wrong-ca", found: `its root ${issuer} is not in ${ca}` };
  const home = organisationOf(issuer);
  const isKin =
    home !== "" && lines.some((line) => line.startsWith("trusted ") && organisationOf(line) === home);
  if (isKin)
    return {
      cause: "no-intermediate",
      found: `its issuer ${issuer} is neither sent by the server nor in ${ca}, which has a CA of the same house`,
    };
  if (home !== "")
    return { cause: "wrong-ca", found: `it was signed by ${issuer}, and nobody of that house is in ${ca}` };
  return {
    cause: "unknown-issuer",
    found: `its issuer ${issuer} is neither sent by the server nor in ${ca}`,
  };
}

/** The O or the DCs of a name as openssl writes it: `O = Example` or `O=Example`. */
function organisationOf(name: string): string {
  const parts = [...name.matchAll(/(?:^|[\s,/=])(O|DC) ?= ?("[^"]*"|[^,/]+)/g)];
  const organisation = parts.filter(([, key]) => key === "O");
  return (organisation.length > 0 ? organisation : parts).map(([, , value]) => value!.trim()).join(".");
}

function byName(lines: readonly string[], host: string): LdapFlaw | null {
  const names = lines
    .filter((line) => line.startsWith("san "))
    .flatMap((line) => line.slice(4).split(", "))
    .map((name) => name.replace(/^(DNS|IP Address):/, ""));
  if (names.some((name) => fits(name, host))) return null;
  const subject = lines.find((line) => line.startsWith("chain subject="))!;
  const cn = /CN ?= ?([^,/]+)/.exec(subject)?.[1]?.trim() ?? "";
  const list = names.length === 0 ? "no subjectAltName" : names.join(", ");
  if (fits(cn, host))
    return { cause: "name-cn", found: `only its CN is ${host} (${list}): it works today, and will break` };
  return {
    cause: "name",
    found: `it is made out to ${[cn, ...names].filter(Boolean).join(", ")}, and not to ${host}`,
  };
}

/** A star stands for one label, the first. */
function fits(name: string, host: string): boolean {
  const [asked, given] = [host.toLowerCase(), name.toLowerCase()];
  return (
    given === asked ||
    (given.startsWith("*.") && asked.includes(".") && given.slice(2) === asked.slice(asked.indexOf(".") + 1))
  );
}

/** Without openssl: libldap's own words of OpenSSL's errors, or the bits of gnutls_certificate_status_t. An unknown issuer is then all that can be told. */
function bySearch(lines: readonly string[], uri: string): LdapFlaw | null {
  const mask = Number(/^mask .*\(?(0x[0-9a-f]+)/m.exec(lines.join("\n"))?.[1] ?? 0);
  const number = /^error num=(\d+):/m.exec(lines.join("\n"))?.[1];
  const cause = number === undefined ? undefined : BY_NUMBER[number];
  if (cause !== undefined) return { cause, found: `libldap refuses its certificate: ${cause}` };
  if (mask & 0x400) return { cause: "expired", found: "its certificate, or a CA's above it, has run out" };
  if (mask & 0x200)
    return { cause: "not-yet-valid", found: "its certificate, or a CA's above it, is not valid yet" };
  if (mask & 0x40)
    return {
      cause: "unknown-issuer",
      found: "its certificate is of an issuer that the CA file does not know",
    };
  if (lines.some((line) => line.startsWith("mask hostname")))
    return { cause: "name", found: `its certificate is not made out to ${hostOf(uri)}` };
  return lines.some((line) => line.startsWith("search # numEntries") || line.includes("(49)"))
    ? null
    : { because: `${uri} shook no hands: ${lines.at(-1)}` };
}

const BY_NUMBER: Readonly<Record<string, LdapCause>> = {
  "2": "root-missing",
  "9": "not-yet-valid",
  "10": "expired",
  "18": "self-signed",
  "19": "wrong-ca",
  "20": "unknown-issuer",
  "21": "unknown-issuer",
};

const hostOf = (uri: string): string =>
  uri
    .replace(/^\w+:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/^\[([^\]]*)\].*$|:\d*$/, "$1");

/** From one `try` to the next. */
export function triesOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  for (const line of lines.slice(0, -1)) {
    if (line.startsWith("try ")) blocks.push([line]);
    else blocks.at(-1)?.push(line);
  }
  return blocks;
}

export const LDAP_REMEDIES: Readonly<Record<LdapCause, string>> = {
  expired:
    "Renew the certificate that has run out (the server's, or the CA's in the clients' file), and restart the LDAP server.",
  "not-yet-valid":
    "Set this host's clock right first (`date`, chrony); if it is right, the certificate was made by a host whose clock was not.",
  "self-signed":
    "Copy the server's certificate over a way you trust, and name it as TLS_CACERT: a self-signed one is its own CA. Better is a CA of your own.",
  "wrong-ca":
    "Name the certificate of the CA that signed the server's as TLS_CACERT (ldap_tls_cacert in sssd, tls_cacertfile in nslcd).",
  "no-intermediate":
    "Let the server send the intermediate certificate behind its own (olcTLSCertificateFile holds both); else put it into the clients' CA file.",
  "unknown-issuer":
    "Find out who signed the server's certificate; name that CA as TLS_CACERT, with the intermediate ones if the server does not send them.",
  "root-missing":
    "Add the root CA's certificate to the CA file: with OpenSSL, as in Debian 13, libldap wants the whole chain.",
  name: "Have the certificate made out to the name in the URI (subjectAltName), or write the name into the URI that it is made out to.",
  "name-cn":
    "Have the certificate made anew with that name as subjectAltName: libldap still looks at the CN, other clients no longer do.",
  "ca-missing": "Put the CA's certificate there, or name the file where it is.",
  "ca-unreadable":
    "Make the CA file, and each directory above it, readable for all (`chmod 644`): root sees nothing of this trouble.",
};
