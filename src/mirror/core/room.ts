export type Weighed = { readonly name: string; readonly bytes: number };

/**
 * Which files must go so that `coming` bytes have room: those unused for longest, `files` being in that order.
 * Nothing when the coming file would not fit an empty cache.
 */
export function toEvict(
  files: Iterable<Weighed>,
  { heldBytes, coming, most }: { heldBytes: number; coming: number; most: number },
): readonly string[] | undefined {
  if (coming > most) return undefined;
  const names: string[] = [];
  let left = heldBytes;
  for (const { name, bytes } of files) {
    if (left + coming <= most) break;
    names.push(name);
    left -= bytes;
  }
  return names;
}
