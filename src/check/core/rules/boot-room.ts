import type { Rule } from "../rule.ts";

export const bootRoom: Rule = {
  id: "boot-room",
  says: "/boot has room for one more kernel and its initrd",
  because:
    "a kernel upgrade on a full /boot ends half way: dpkg stays broken, " +
    "and the next boot may find a kernel without an initrd",
  sources: [
    "https://bugs.debian.org/1085184 (apt reckons what a kernel needs in /boot, and reckons wrong)",
    "update-initramfs(8)",
    "apt-get(8), autoremove",
    "stat(1), --file-system",
  ],
  applies: ({ container }) => container === null || "a container boots with its host's kernel",
  probe: {
    withinMs: 1000,
    run: `[ -d /boot ] || { echo none; exit 0; }
cd /boot || exit 1
if grep -Eq '^[^#[:space:]]+[[:space:]]+/boot/?[[:space:]]' /etc/fstab 2>/dev/null &&
  ! grep -q ' /boot ' /proc/mounts; then echo unmounted; exit 0; fi
stat -f -c 'fs %T %S %f %a' . || exit 1
for f in vmlinu[xz]-* initrd.img-* config-* System.map-*; do
  [ -f "$f" ] && [ ! -L "$f" ] && stat -c 'file %s %n' "$f"
done
exit 0`,
  },
  judge({ out }) {
    if (/^none$/m.test(out)) return { is: "not-applicable", because: "there is no /boot" };
    if (/^unmounted$/m.test(out))
      return { is: "unknown", because: "/etc/fstab has a /boot of its own, and it is not mounted" };
    const free = freeOf(out);
    if (free === null) return { is: "unknown", because: "stat does not tell how much is free in /boot" };
    const { kernels, kernel, initrd, leftovers } = contentOf(out);
    if (kernels.length === 0) return { is: "not-applicable", because: "no kernel is in /boot" };
    const evidence = [
      `free for root: ${mb(free)}`,
      `the largest kernel with its map and config: ${mb(kernel)}, the largest initrd: ${mb(initrd)}`,
      `kernels: ${kernels.join(", ")}`,
      ...leftovers.map((name) => `left over: ${name}`),
    ];
    if (free >= kernel + initrd) return { is: "pass", evidence };
    const cause = free < initrd ? "initrd" : "kernel";
    return { is: "fail", cause, found: `${mb(free)} are free: ${CAUSES[cause]}`, evidence };
  },
  remedy({ out }) {
    const { leftovers } = contentOf(out);
    const also = leftovers.length === 0 ? "" : ` No kernel uses ${leftovers.join(", ")}: delete these first.`;
    return {
      say:
        `Run \`apt-get autoremove --purge\`: it removes kernels that apt need not keep.${also} ` +
        "If it is still short, `MODULES=dep` or `COMPRESS=xz` in /etc/initramfs-tools/initramfs.conf " +
        "make initrds smaller.",
      steps: [], // which kernel may go is for a person, and no way leads back
    };
  },
};

const CAUSES = {
  initrd: "not even an initrd that is there can be written anew, as the old one stays until then",
  kernel: "the next kernel and its initrd do not fit",
} as const;

/** What root may fill: of ext2 to ext4 also the blocks reserved for root, which `df` does not count. */
function freeOf(out: string): number | null {
  const said = /^fs (\S+) (\d+) (\d+) (\d+)$/m.exec(out);
  if (said === null) return null;
  const [, kind = "", block, free, available] = said;
  return Number(block) * Number(kind.startsWith("ext") ? free : available);
}

const UNFINISHED = /\.(new|dpkg-\w+)$/;
const KEPT_COPY = /\.(bak|old|old-dkms)$/;

function contentOf(out: string) {
  const files = [...out.matchAll(/^file (\d+) ((vmlinu[xz]|initrd\.img|config|System\.map)-(.+))$/gm)].map(
    ([, size, name = "", part = "", version = ""]) => ({ size: Number(size), name, part, version }),
  );
  const whole = files.filter(({ name }) => !UNFINISHED.test(name) && !KEPT_COPY.test(name));
  const kernels = whole.filter(({ part }) => part.startsWith("vmlinu")).map(({ version }) => version);
  const isInitrd = ({ part }: { readonly part: string }) => part === "initrd.img";
  const sizeOf = (version: string) =>
    whole.reduce((sum, one) => sum + (one.version === version && !isInitrd(one) ? one.size : 0), 0);
  return {
    kernels,
    kernel: Math.max(0, ...kernels.map(sizeOf)),
    initrd: Math.max(0, ...whole.filter(isInitrd).map(({ size }) => size)),
    leftovers: files
      .filter(
        ({ name, version }) =>
          UNFINISHED.test(name) || (name.startsWith("initrd") && !isOf(version, kernels)),
      )
      .map(({ name }) => name),
  };
}

const isOf = (version: string, kernels: readonly string[]): boolean =>
  kernels.includes(version.replace(KEPT_COPY, ""));

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
