/** What a boot is given leave for: to fetch its preseed, or to be the live hand of its machine. */
export type GrantKind = "preseed" | "hand";

/** One boot's leave, for one machine and one arming. Only its digest outlives the process. */
export type Grant = {
  readonly kind: GrantKind;
  readonly digest: string;
  readonly token?: string; // to be named again in the menus of the same boot
  readonly machine: string;
  readonly plan: number;
  readonly at: number;
  readonly fetched: boolean; // it was used
  readonly boot?: string; // of a hand: the boot that has it
};
/** At most one of a kind a machine. */
export type Grants = ReadonlyMap<string, Grant>;

export const TOKEN_BYTES = 16;
/** A boot fetches its menus within seconds; a later one gets a token of its own. */
const ONE_BOOT_MS = 5 * 60_000;
const RULES = {
  preseed: { once: true, holdsMs: 30 * 60_000 },
  hand: { once: false, holdsMs: Number.POSITIVE_INFINITY }, // until another plan is armed
} as const satisfies Record<GrantKind, { once: boolean; holdsMs: number }>;

type Boot = Pick<Grant, "kind" | "machine" | "plan">;
export type Token = { readonly token: string; readonly digest: string };

export const grantKey = ({ kind, machine }: Pick<Grant, "kind" | "machine">): string => `${kind} ${machine}`;

/** The leave of the boot that is under way, or a new one, which ends the one before. */
export function granted(
  grants: Grants,
  boot: Boot,
  { now, newToken }: { readonly now: number; readonly newToken: () => Token },
): { readonly grants: Grants; readonly grant: Grant & Token } {
  const known = grants.get(grantKey(boot));
  if (known?.token !== undefined && isUnderWay(known, boot, now))
    return { grants, grant: { ...known, token: known.token } };
  const grant = { ...boot, ...newToken(), at: now, fetched: false };
  return { grants: new Map(grants).set(grantKey(boot), grant), grant };
}

const isUnderWay = (known: Grant, { plan }: Boot, now: number): boolean =>
  known.plan === plan && !known.fetched && now - known.at < ONE_BOOT_MS;

export type Claim =
  | { readonly is: "given"; readonly grant: Grant; readonly grants: Grants }
  | {
      readonly is: "refused";
      readonly because: string;
      readonly machine?: string;
      readonly isOver?: true; // it was the asker's own
    };

/**
 * Who shows a token and is the machine that it was made for gets what it stands for. `planOf` is the plan that
 * a machine has now: arming another ends what was granted to the one before.
 */
export function claim(
  grants: Grants,
  kind: GrantKind,
  {
    digest,
    now,
    asker,
    planOf,
  }: {
    readonly digest: string; // of the token that is shown
    readonly now: number;
    readonly asker: string | undefined; // the machine that asks, by its address
    readonly planOf: (machine: string) => number | undefined;
  },
): Claim {
  const all = [...grants.values()];
  const grant = all.filter((one) => isSame(one.digest, digest) && one.kind === kind)[0]; // all are looked at
  if (grant === undefined) return { is: "refused", because: "nobody was given such an address" };
  const { machine } = grant;
  const { once, holdsMs } = RULES[kind];
  const refused = (because: string): Claim => ({ is: "refused", because, machine });
  if (asker !== machine) return refused(`it belongs to ${machine}, and ${asker ?? "a stranger"} asked`);
  if (once && grant.fetched) return refused("it was fetched before");
  if (now - grant.at > holdsMs) return refused("it is older than half an hour");
  if (planOf(machine) !== grant.plan)
    return { is: "refused", because: "its boot plan is gone", machine, isOver: true };
  if (!once) return { is: "given", grant, grants };
  const spent = { ...grant, fetched: true };
  return { is: "given", grant, grants: new Map(grants).set(grantKey(grant), spent) };
}

/** A hand's leave belongs to the first boot that says hello with it. */
export function claimedBy(grants: Grants, grant: Grant, boot: string): Grants | undefined {
  if (grant.boot !== undefined && grant.boot !== boot) return undefined;
  return new Map(grants).set(grantKey(grant), { ...grant, fetched: true, boot });
}

/** In a time that does not tell how much of it was right. */
function isSame(secret: string, told: string): boolean {
  let differs = secret.length ^ told.length;
  for (let at = 0; at < secret.length; at += 1) differs |= secret.charCodeAt(at) ^ (told.charCodeAt(at) | 0);
  return differs === 0;
}
