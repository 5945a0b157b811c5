/** A repository's address as it may be told and kept, and what lets in there. */
export type Address = {
  readonly told: string;
  /** For git's own store of credentials; only where the address held one. */
  readonly secret?: string;
};

/**
 * Of https a name may be a token as well, so all before the host is a secret; of ssh only the password is. Paths and `git@host:path` hold none.
 */
export function addressOf(repo: string): Address {
  const parts = /^(\w+):\/\/([^@/:]*)(?::([^@/]*))?@(.*)$/s.exec(repo) ?? [];
  const [, scheme, user = "", password, rest] = parts;
  if (rest === undefined) return { told: repo };
  if (scheme === "http" || scheme === "https") {
    const [host] = rest.split("/");
    return { told: `${scheme}://${rest}`, secret: `${scheme}://${user}:${password ?? ""}@${host}` };
  }
  return { told: password === undefined ? repo : `${scheme}://${user}@${rest}` };
}
