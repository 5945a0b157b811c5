import type { DiskPlan } from "./disk-plan.ts";
import { findDisks } from "./free-disks.ts";
import { mountAll } from "./lay-out-script.ts";
import { quoted, SH_HEAD } from "./sh.ts";

/** The packed file system of an image, as it was when the install was asked for. */
export type RootFile = { readonly name: string; readonly bytes: number; readonly sha256: string };

const PIECE_BYTES = 16 * 2 ** 20;
/** A service that is started anew, or a cable that is put back, within ten minutes costs nothing. */
const TRIES = 120;
const REST_SECONDS = 5;

/**
 * The image onto the disks, piece by piece under the boot's token. Its checksum is that of all bytes as they
 * went into tar: until it is right, nothing says that the system is whole, and no boot loader is put in.
 */
export function unpackScript(plan: DiskPlan, { name, bytes, sha256 }: RootFile): string {
  return [
    SH_HEAD,
    findDisks(plan.disks),
    mountAll(plan),
    `url="\${RACKHAND}file/"${quoted(name)}\nbytes=${bytes}\nsum=${quoted(sha256)}\n`,
    `size=${PIECE_BYTES} tries=${TRIES} rest=${REST_SECONDS}\n`,
    UNPACK,
  ].join("");
}

const UNPACK = String.raw`
rm -f "$target/.rackhand-whole"
work=$(mktemp -d /run/rackhand-unpack.XXXXXX)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/copy"
sha256sum <"$work/copy" >"$work/sum" &
summing=$!
fetch() {
  at=0
  while [ $at -lt $bytes ]; do
    last=$((at + size - 1))
    [ $last -lt $bytes ] || last=$((bytes - 1))
    left=$tries
    until curl --silent --show-error --fail --noproxy '*' --connect-timeout 10 --max-time 300 \
        --range "$at-$last" --output "$work/piece" "$url" 2>"$work/trouble" &&
        [ "$(stat -c %s "$work/piece")" = $((last - at + 1)) ]; do
      left=$((left - 1))
      [ $left -gt 0 ] || { echo "$(cat "$work/trouble")" >&3; return 1; }
      sleep $rest
    done
    cat "$work/piece" || return 1
    at=$((last + 1))
    progress $((at / (bytes / 100 + 1))) "unpacking" >&3
  done
}
exec 3>&1
{ fetch || touch "$work/torn"; } | tee "$work/copy" |
  { zstd --decompress --stdout --quiet || touch "$work/torn"; } |
  tar --extract --numeric-owner --same-permissions --xattrs --xattrs-include='*' --acls --directory "$target" ||
  touch "$work/torn"
wait $summing
if [ -e "$work/torn" ] || [ "$(cut -d ' ' -f 1 "$work/sum")" != "$sum" ]; then
  echo "the image did not come whole: its checksum is not the one that the install was asked with"
  exit 4
fi
sync
echo "$sum" >"$target/.rackhand-whole"
sync
progress 100 unpacked
`;
