import type { Rule } from "../rule.ts";

export const netbootSkew: Rule = {
  id: "netboot-skew",
  says: "What the TFTP server serves is what lies in its directory, and its kernels and initrds belong together",
  because:
    "in.tftpd holds the directory that it was started in: moved out of the way, the old installer is served on; and an " +
    "installer whose initrd is of another kernel loads no module: no disk, no network, no ext4",
  sources: [
    "tftpd(8), --secure",
    "Debian Installer: anna, No kernel modules were found",
    "proc_pid_cwd(5), proc_pid_root(5)",
  ],
  applies: () => true,
  probe: {
    withinMs: 4000,
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
for r in $roots; do find -L $r/ -maxdepth 6 -name linux -type f 2>/dev/null; done | head -n 6 | while read -r k; do
  i=\${k%/*}/initrd.gz; [ -r "$i" ] && [ -r "$k" ] || continue
  o=$(dd if="$k" bs=1 skip=526 count=2 2>/dev/null | od -An -tu2)
  echo "tree $(readlink -f \${k%/*})"
  echo "kernel $(dd if="$k" bs=1 skip=$((o+512)) count=80 2>/dev/null | tr '\\000' '\\n' | sed -n '1s/ .*//p')"
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
    if (lines.some((line) => line.startsWith("hidden ")))
      return { is: "unknown", because: "what the TFTP server holds only root may see" };
    return { is: "pass", evidence };
  },
  remedy: ({ out }) => ({
    say: out.split("\n").some(isStale)
      ? "Restart the TFTP server: `systemctl restart tftpd-hpa` (`service tftpd-hpa restart`); it then serves what lies there now."
      : "Take linux and initrd.gz of one build: unpack netboot.tar.gz anew, or install debian-installer-13-netboot-amd64 and link to it.",
    steps: [], // transfers that run would break
  }),
};

/** daemon PID HELD NAMED PATH holds PLACE: device and inode of what it holds and of what is there now. */
const isStale = (line: string): boolean => {
  const [word, , held, named, path] = line.split(" ");
  return word === "daemon" && path !== "unnamed" && held !== named;
};

const trees = (out: string) =>
  out
    .split(/^tree /m)
    .slice(1)
    .map((text) => ({
      place: text.split("\n")[0] ?? "",
      kernel: /^kernel (\S+)$/m.exec(text)?.[1] ?? "",
      modules: /^modules (\S+)$/m.exec(text)?.[1] ?? "",
    }));
