import { madeReadable } from "../made-readable.ts";
import type { Facts, Remedy, Rule, Verdict } from "../rule.ts";

export const aptKeys: Rule = {
  id: "apt-keys",
  says: "apt finds, can read and accepts the keys that its sources are signed by",
  because:
    "a key of mode 600, under the wrong ending, or bound by SHA-1 (Debian 13 refuses it since 2026-02-01) stops the updates of its source, security's too",
  sources: [
    "sources.list(5), Signed-By; apt-secure(8)",
    "https://bugs.debian.org/1088288 (sqv refuses keys that are bound by SHA-1)",
    "/usr/share/apt/default-sequoia.config of apt 3, sha1.second_preimage_resistance",
  ],
  applies: ({ packages }) => packages.apt !== undefined || "there is no apt",
  probe: {
    withinMs: 4000,
    // Nothing is fetched: a list whose signature apt has refused stays in partial/, whole.
    run: `keys=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
    sed -n 's/^[[:space:]]*deb[^#]*[[ ]signed-by=\\([^] ]*\\).*/\\1/p'
  for f in /etc/apt/sources.list.d/*.sources; do awk 'BEGIN { RS = "" } tolower($0) !~ /(^|\\n)enabled: *(no|false|0)/ { print; print "" }' "$f"
  done 2>/dev/null | awk 'tolower($1) == "signed-by:" { on = 1; $1 = "" } /^[^ \\t]/ && !/^ / { on = 0 } on { print }'
} | tr ', \\t' '\\n\\n\\n' | grep '^/' | sort -u)
for k in $keys; do
  if [ ! -e "$k" ]; then echo "key missing $k"; continue; fi
  if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && id _apt >/dev/null 2>&1; then
    setpriv --reuid _apt --regid "$(id -g _apt)" --init-groups test -r "$k" || echo "key denied $k"
  fi
  if head -c 400 "$k" | grep -aq -e '-----BEGIN PGP'; then echo "key armored $k"; else echo "key binary $k"; fi
done
for f in /var/lib/apt/lists/partial/*InRelease; do
  [ -r "$f" ] && tail -n 2 "$f" | grep -q 'END PGP SIGNATURE' || continue
  echo "refused $f"
  # whether its key is bound is looked at before what it signs
  command -v sqv >/dev/null && for k in $keys /etc/apt/trusted.gpg.d/*; do
    sed -n '/^-----BEGIN PGP SIG/,$p' "$f" | SEQUOIA_CRYPTO_POLICY=/usr/share/apt/default-sequoia.config sqv \\
      --keyring "$k" --signature-file /dev/stdin /dev/null 2>&1 | grep -q '^ *because: SHA1 is not considered secure' && echo "sha1 $k"
  done
done
for f in /var/lib/apt/lists/*InRelease; do [ -r "$f" ] && echo "has $f"; done
echo looked`,
  },
  judge: ({ out }, facts) => judged(out, facts),
  remedy: ({ out }, facts) => {
    const verdict = judged(out, facts);
    if (verdict.is !== "fail") return { say: "", steps: [] };
    const closed = verdict.evidence.flatMap((line) => /^key denied (.+)/.exec(line)?.[1] ?? []);
    const steps = verdict.cause === "key-unreadable" ? madeReadable(closed) : []; // whom to trust, a person says
    return { say: SAY[verdict.cause] ?? "", steps } satisfies Remedy;
  },
};

function judged(out: string, facts: Facts): Verdict {
  const lines = out.split("\n").filter((line) => line !== "");
  if (lines.at(-1) !== "looked") return { is: "unknown", because: "the probe did not come to its end" };
  const paths = (start: string, test = (_: string): boolean => true): string =>
    lines
      .flatMap((line) => (line.startsWith(start) && test(line) ? line.slice(start.length) : []))
      .join(", ");
  const isOldApt = Number.parseInt(facts.packages.apt ?? "", 10) < 3;
  const refused = lines.filter((line) => line.startsWith("refused "));
  const found: readonly (readonly [cause: string, found: string, are: string])[] = [
    ["key-missing", "a source is signed by a key file that is not there", paths("key missing ")],
    ["key-unreadable", "apt reads keys as _apt, who cannot read", paths("key denied ")],
    [
      "key-format",
      "apt before 3 goes by the ending (.asc armored, .gpg binary), and ignores",
      isOldApt
        ? [
            paths("key armored ", (line) => line.endsWith(".gpg")),
            paths("key binary ", (line) => line.endsWith(".asc")),
          ]
            .filter(Boolean)
            .join(", ")
        : "",
    ],
    ["sha1", "apt refuses what is signed by a key that is bound by SHA-1:", paths("sha1 ")],
    ["refused", "apt has refused the signature or the date of", refused.map(listOf).join(", ")],
  ];
  const worst = found.find(([, , are]) => are !== "");
  if (worst !== undefined)
    return { is: "fail", cause: worst[0], found: `${worst[1]} ${worst[2]}`, evidence: lines };
  if (facts.uid !== 0) return { is: "unknown", because: "only root sees what apt has refused" };
  return lines.length === 1
    ? { is: "not-applicable", because: "apt has no lists and no source names a key" }
    : { is: "pass", evidence: lines };
}

const listOf = (line: string): string => line.split(" ")[1]?.replace(/.*\//, "") ?? line;

const SAY: Readonly<Record<string, string>> = {
  "key-missing":
    "Get the source's key from whoever runs it, compare its fingerprint, and put it there; or correct Signed-By.",
  "key-unreadable":
    "`chmod 644` the key file (and 755 the directories above): there is no secret in a public key.",
  "key-format": "Rename an armored key to .asc and a binary one to .gpg, and Signed-By with it.",
  sha1: "Get its key anew from whoever runs the source: they have to bind it by SHA-256 or better. Do not set `trusted=yes`, and do not move apt's date for SHA-1.",
  refused:
    "Run `apt-get update` and read what it says. `Missing key` or NO_PUBKEY: get the new key from whoever runs the source. A date: look at the clock. Do not set `trusted=yes`.",
};
