import { DEBIAN_KEYRING } from "./signed-release.ts";
import { systemMirror } from "./system-mirror.ts";

export type MirrorWish = {
  readonly mirror?: string;
  readonly keyring?: string;
  readonly aptDirectory?: string;
};

/**
 * Which mirror, and whose signatures: the named one, the preseed's, or this machine's apt's own, where the
 * key that apt trusts for it counts as well.
 */
export async function chooseMirror(
  wish: MirrorWish,
  preseed?: { readonly mirror: string | undefined },
): Promise<{ url: string; keyrings: readonly string[] }> {
  const named = wish.mirror ?? preseed?.mirror;
  const given = wish.keyring === undefined ? undefined : [wish.keyring];
  if (named !== undefined) return { url: named, keyrings: given ?? [DEBIAN_KEYRING] };
  const { uris, signedBy } = await systemMirror(wish.aptDirectory);
  const own = signedBy.startsWith("/") && signedBy !== DEBIAN_KEYRING ? [signedBy] : [];
  return { url: uris[0]!, keyrings: given ?? [DEBIAN_KEYRING, ...own] };
}
