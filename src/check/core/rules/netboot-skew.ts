import { isStale, trees } from "../netboot-trees.ts";
import type { Rule } from "../rule.ts";

export const netbootSkew: Rule = {
  id: "netboot-skew",
  says: "What the TFTP server serves is what lies in its directory, and its kernels and initrds belong together",
  because:
    "in.tftpd holds the directory that it was started in: moved out of the way, the old installer is served on; and an " +
    "installer whose initrd is of another kernel loads no module: no disk, no network, no ext4",
  sources: [
    "tftpd(8), --secure",
    "Debian Installer: anna, No kernel modules were found: it compares `uname -r` with Kernel-Version, letter by letter",
    "proc_pid_cwd(5), proc_pid_root(5)",
  ],
  applies: () => true,
  probe: {
    withinMs: 15_000, // with the mirror; else a tenth of it
    run: `roots=
for p in /proc/[0-9]*; do
  c=; { read -r c <$p/comm; } 2>/dev/null
  case $c in in.tftpd|atftpd) ;; *) continue ;; esac
  named=$(tr '\\000' '\\n' <$p/cmdline 2>/dev/null | sed 1d | grep '^/.' | tail -n 1)
  r=$(readlink $p/root); w=$(readlink $p/cwd); held=$p/cwd; in=$p/root
  [ -n "$w" ] || { echo "hidden \${p#/proc/}"; continue; }
  [ "$w" = / ] && held=$in$named
  [ "$r" = / ] || { held=$p/root; in=; }
  echo "daemon \${p#/proc/} $(stat -L -c %d:%i $held/ 2>/dev/null) $(stat -L -c %d:%i "$in\${named:-/}/" 2>/dev/null || echo none) \${named:-unnamed} holds $(readlink $held)"
  roots="$roots $held"
done
[ -n "$roots" ] || for d in /srv/tftp /var/lib/tftpboot; do [ -d $d ] && roots="$roots $d"; done
[ -n "$roots" ] || echo none
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^#' | grep -o 'https\\?://[^ ]*/debian/\\?' | head -n 1)
mirror=\${mirror%/}
for r in $roots; do find -L $r/ -maxdepth 6 -name linux -type f 2>/dev/null; done | head -n 6 | while read -r k; do
  i=\${k%/*}/initrd.gz; [ -r "$i" ] && [ -r "$k" ] || continue
  o=$(dd if="$k" bs=1 skip=526 count=2 2>/dev/null | od -An -tu2)
  echo "tree $(readlink -f \${k%/*})"
  echo "kernel $(dd if="$k" bs=1 skip=$((o+512)) count=80 2>/dev/null | tr '\\000' '\\n' | sed -n '1s/ .*//p')"
  suite=$(cat \${k%/*}/version.info \${k%/*}/../version.info \${k%/*}/../../version.info 2>/dev/null | sed -n 's/^Debian version: .*(\\(.*\\))/\\1/p' | head -n 1)
  case "$MAY$suite" in *network*[a-z])
    arch=$(readlink -f \${k%/*}); u=$mirror/dists/\${suite:-none}/main/debian-installer/binary-\${arch##*/}/Packages.gz; echo "mirror $u"
    { curl -q -fsS -m 8 "$u" 2>/dev/null || HOME=/none wget -qO- -T 8 "$u" 2>/dev/null; } | gzip -dc 2>/dev/null | sed -n 's/^Kernel-Version: /offers /p' | sort -u ;;
  esac
  gzip -dc "$i" 2>/dev/null | grep -ao 'lib/modules/[0-9][0-9A-Za-z.+~_-]*/' | head -n 1 | sed 's/.*modules./modules /;s/.$//'
done
echo looked`,
  },
  judge({ out }) {
    const lines = out.split("\n").filter((line) => line !== "");
    if (lines.pop() !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
    if (lines.includes("none"))
      return { is: "not-applicable", because: "no TFTP server and no /srv/tftp is here" };
    const evidence = [...new Set(lines)];
    const stale = lines.filter(isStale);
    if (stale.length > 0)
      return {
        is: "fail",
        cause: "stale-daemon",
        found: `in.tftpd serves a directory that is no longer at ${stale[0]!.split(" ")[4]}`,
        evidence,
      };
    const mixed = trees(out).filter(
      ({ kernel, modules }) => kernel !== "" && modules !== "" && kernel !== modules,
    );
    if (mixed.length > 0)
      return {
        is: "fail",
        cause: "mixed",
        found: mixed
          .map(({ place, kernel, modules }) => `${place}: kernel ${kernel}, modules ${modules}`)
          .join("; "),
        evidence,
      };
    const skewed = trees(out).filter(({ kernel, offers }) => offers.length > 0 && !offers.includes(kernel));
    if (skewed.length > 0)
      return {
        is: "fail",
        cause: "skew",
        found: skewed
          .map(
            ({ place, kernel, offers }) =>
              `${place} boots ${kernel}, the mirror has modules for ${offers.join(" and ")}`,
          )
          .join("; "),
        evidence,
      };
    const untold = trees(out).find(({ mirror, offers }) => mirror !== "" && offers.length === 0);
    if (untold !== undefined)
      return {
        is: "unknown",
        because: `the mirror did not tell which kernels it has modules for (${untold.mirror})`,
      };
    if (lines.some((line) => line.startsWith("hidden ")))
      return { is: "unknown", because: "what the TFTP server holds only root may see" };
    return { is: "pass", evidence };
  },
  remedy: ({ out }) => ({
    say: out.split("\n").some(isStale)
      ? "Restart the TFTP server: `systemctl restart tftpd-hpa` (`service tftpd-hpa restart`); it then serves what lies there now."
      : trees(out).some(({ kernel, offers }) => offers.length > 0 && !offers.includes(kernel))
        ? "Take the newest netboot.tar.gz of that release (`rackhand image pull`), or name a mirror in the preseed that has these modules; then restart the TFTP server."
        : "Take linux and initrd.gz of one build: unpack netboot.tar.gz anew, or install debian-installer-13-netboot-amd64 and link to it.",
    steps: [], // transfers that run would break
  }),
};
