/** One boot's leave to fetch what is private to it: for one machine and one arming, once, for half an hour. */
export type Grant = {
  readonly token: string;
  readonly machine: string;
  readonly plan: number;
  readonly at: number;
  readonly fetched: boolean;
};
/** At most one a machine. */
export type Grants = ReadonlyMap<string, Grant>;

export const TOKEN_BYTES = 16;
const HOLDS_MS = 30 * 60_000;
/** A boot fetches its menus within seconds; a later one gets a token of its own. */
const ONE_BOOT_MS = 5 * 60_000;

type Boot = { readonly machine: string; readonly plan: number };

/** The leave of the boot that is under way, or a new one, which ends the one before. */
export function granted(
  grants: Grants,
  { machine, plan }: Boot,
  { now, newToken }: { readonly now: number; readonly newToken: () => string },
): { readonly grants: Grants; readonly grant: Grant } {
  const known = grants.get(machine);
  const isSame = known?.plan === plan && !known.fetched && now - known.at < ONE_BOOT_MS;
  if (known !== undefined && isSame) return { grants, grant: known };
  const grant = { token: newToken(), machine, plan, at: now, fetched: false };
  return { grants: new Map(grants).set(machine, grant), grant };
}

export type Claim =
  | { readonly is: "given"; readonly grant: Grant; readonly grants: Grants }
  | { readonly is: "refused"; readonly because: string; readonly machine?: string };

/**
 * Who shows a token and is the machine that it was made for gets its file, once. `planOf` is the plan that a
 * machine has now: arming another ends what was granted to the one before.
 */
export function claim(
  grants: Grants,
  token: string,
  {
    now,
    asker,
    planOf,
  }: {
    readonly now: number;
    readonly asker: string | undefined; // the machine that asks, by its address
    readonly planOf: (machine: string) => number | undefined;
  },
): Claim {
  const all = [...grants.values()];
  const grant = all.filter((one) => isSame(one.token, token))[0]; // all are looked at, whichever it is
  if (grant === undefined) return { is: "refused", because: "nobody was given such an address" };
  const { machine } = grant;
  const refused = (because: string): Claim => ({ is: "refused", because, machine });
  if (asker !== machine) return refused(`it belongs to ${machine}, and ${asker ?? "a stranger"} asked`);
  if (grant.fetched) return refused("it was fetched before");
  if (now - grant.at > HOLDS_MS) return refused("it is older than half an hour");
  if (planOf(machine) !== grant.plan) return refused("its boot plan is gone");
  const spent = { ...grant, fetched: true };
  return { is: "given", grant, grants: new Map(grants).set(machine, spent) };
}

/** In a time that does not tell how much of it was right. */
function isSame(secret: string, told: string): boolean {
  let differs = secret.length ^ told.length;
  for (let at = 0; at < secret.length; at += 1) differs |= secret.charCodeAt(at) ^ (told.charCodeAt(at) | 0);
  return differs === 0;
}
